"""What the database refuses, whoever asks."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from shop.awareness.models import Hotline, Passage, ProductTopic, Source, Topic

CHECKED = date(2026, 11, 24)


def _refused(save) -> bool:
    try:
        with transaction.atomic():
            save()
    except IntegrityError:
        return True
    return False


def test_a_passage_without_a_source_is_refused(loaded):
    topic = Topic.objects.get(number=1)
    assert _refused(lambda: Passage.objects.create(topic=topic, position=90, text="Just so.", source=None))


def test_a_source_in_use_cannot_be_deleted(loaded):
    with pytest.raises(IntegrityError):
        Source.objects.get(key="ecpat-usa").delete()


def test_a_source_needs_a_web_address(db):
    assert _refused(
        lambda: Source.objects.create(
            key="x", publisher="X", title="X", url="javascript:alert(1)", checked_date=CHECKED
        )
    )


def test_an_estimate_never_stands_on_a_product_page(loaded):
    assert _refused(lambda: Passage.objects.filter(kind="estimate").update(is_on_products=True))


def test_there_is_one_default_topic_and_it_is_shown(loaded):
    assert _refused(lambda: Topic.objects.filter(number=1).update(is_default=True))
    assert _refused(lambda: Topic.objects.filter(is_default=True).update(is_published=False))


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//elsewhere.example", "/\\elsewhere.example", "http://x.example"]
)
def test_an_action_leads_to_this_site_or_to_a_secure_address(loaded, address):
    assert _refused(lambda: Topic.objects.filter(number=1).update(action_url=address))


def test_a_hotline_that_cannot_be_reached_is_refused(db):
    assert _refused(lambda: Hotline.objects.create(key="x", position=99, name="Nobody", checked_date=CHECKED))


def test_a_topic_stands_on_a_product_once(loaded, pack):
    topic = pack.awareness_topics.first().topic
    assert _refused(lambda: ProductTopic.objects.create(product=pack, topic=topic, position=9))
