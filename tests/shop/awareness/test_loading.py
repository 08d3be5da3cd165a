"""Loading the data files: a repeat changes nothing, and what staff have edited stays."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from shop.awareness.editing import place_topics, save_edited, save_topic
from shop.awareness.loading import load_awareness
from shop.awareness.models import Hotline, Passage, ProductTopic, Source, Topic


def _everything() -> list[list[tuple]]:
    return [
        list(model.objects.order_by("pk").values_list()) for model in (Source, Topic, Passage, Hotline, ProductTopic)
    ]


def test_loading_brings_all_topics_with_their_sources(loaded):
    assert Topic.objects.published().count() == 12
    assert loaded["created"] == Topic.objects.count() + Source.objects.count() + Hotline.objects.count()
    assert Topic.objects.get(slug="the-code").product.code == "pack"


def test_loading_twice_changes_nothing(loaded):
    before = _everything()
    again = load_awareness()
    assert _everything() == before
    assert again["created"] == again["updated"] == again["passages"] == 0


def test_what_staff_edited_survives_a_reload(loaded):
    now = timezone.now()
    topic = Topic.objects.get(slug="signs")
    first, second, *rest = topic.passages.order_by("position")
    first.text = "Written by Sam."
    topic.title = "Signs, by Sam"
    save_topic(topic=topic, is_default=True, passages=[second, first], removed=rest, now=now)
    hotline = Hotline.objects.get(key="cybertipline")
    hotline.is_shown = False
    save_edited(hotline, now=now)
    before = _everything()

    done = load_awareness()

    assert _everything() == before
    assert done["kept"] == 2


def test_overwriting_brings_back_what_the_files_say(loaded):
    hotline = Hotline.objects.get(key="cybertipline")
    hotline.name = "Edited"
    save_edited(hotline, now=timezone.now())

    load_awareness(overwrite=True)

    hotline.refresh_from_db()
    assert (hotline.name, hotline.edited_at) == ("NCMEC CyberTipline", None)
    assert load_awareness()["kept"] == 0


def test_a_corrected_file_reaches_what_nobody_has_edited(loaded):
    Passage.objects.filter(topic__slug="signs", position=1).update(text="An older wording.")
    Source.objects.filter(key="ecpat-usa").update(title="An older title")

    done = load_awareness()

    assert not Passage.objects.filter(text="An older wording.").exists()
    assert Source.objects.get(key="ecpat-usa").title == "Child sex tourism"
    assert done["updated"] == 1


def test_the_topics_that_staff_placed_on_a_product_stay(loaded, pack):
    place_topics(product=pack, topics=[Topic.objects.get(slug="us-law")])
    load_awareness()
    assert [placed.topic.slug for placed in pack.awareness_topics.all()] == ["us-law"]


def test_a_default_topic_that_staff_chose_stays_the_default(loaded):
    topic = Topic.objects.get(slug="what-it-is")
    save_topic(topic=topic, is_default=True, passages=list(topic.passages.all()), removed=[], now=timezone.now())
    load_awareness()
    assert Topic.objects.get(is_default=True) == topic


@pytest.mark.django_db
def test_the_command_says_what_it_did_and_what_is_missing():
    said = StringIO()
    call_command("load_awareness", stdout=said)
    assert "created" in said.getvalue()
    assert "not in the catalogue yet" in said.getvalue()


def test_the_command_says_that_it_left_what_staff_edited(loaded):
    save_edited(Source.objects.get(key="ecpat-usa"), now=timezone.now())
    said = StringIO()
    call_command("load_awareness", stdout=said)
    assert "1 left as staff edited them" in said.getvalue()
    assert "--overwrite" in said.getvalue()
