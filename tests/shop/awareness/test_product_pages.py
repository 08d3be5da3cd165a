"""Every product page carries a fact with its source, signs, what to do and what not, and whom to call."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone
from oscar.core.loading import get_model

from shop.awareness.content import awareness_for, hotlines_shown
from shop.awareness.context_processors import hotlines
from shop.awareness.editing import place_topics, save_edited
from shop.awareness.models import Hotline, Topic


def _rendered(product) -> str:
    context = {"product": product, **hotlines(RequestFactory().get("/"))}
    return Template("{% load awareness %}{% awareness_block product %}").render(Context(context))


def test_every_product_has_a_fact_with_a_source_signs_and_advice(loaded, mug):
    for product in get_model("catalogue", "Product").objects.all():
        awareness = awareness_for(product)
        assert awareness.topic.fact
        assert awareness.source.full_title
        assert awareness.source.checked_date
        assert awareness.topic.signs
        assert awareness.topic.what_to_do
        assert awareness.topic.what_not_to_do
        assert awareness.advice_sources
        assert awareness.hotlines[0].phone == "911"


def test_a_product_shows_its_own_first_topic(loaded, pack):
    assert awareness_for(pack).topic.get_absolute_url == "/learn/the-code/"


def test_a_color_shows_its_parents_topic(loaded, tag):
    assert awareness_for(tag.children.get()).topic == awareness_for(tag).topic
    assert awareness_for(tag).topic.get_absolute_url == "/learn/what-to-do/"


def test_a_colors_own_topic_comes_before_its_parents(loaded, tag):
    color = tag.children.get()
    place_topics(product=color, topics=[Topic.objects.get(slug="us-law")])
    assert awareness_for(color).topic.get_absolute_url == "/learn/us-law/"
    assert awareness_for(tag).topic.get_absolute_url == "/learn/what-to-do/"


def test_a_product_without_topics_shows_the_default_one(loaded, mug):
    assert awareness_for(mug).topic.get_absolute_url == "/learn/signs/"


def test_a_topic_that_is_hidden_gives_way_to_the_default_one(loaded, pack):
    Topic.objects.filter(placements__product=pack).update(is_published=False)
    assert awareness_for(pack).topic.get_absolute_url == "/learn/signs/"


def test_the_block_names_fact_source_date_signs_and_numbers(loaded, pack):
    html = _rendered(pack)
    awareness = awareness_for(pack)
    for shown in (awareness.topic.fact, awareness.source.url, *awareness.topic.signs, *awareness.topic.what_to_do):
        assert shown in html
    assert "2026" in html
    assert 'href="tel:911"' in html
    assert 'href="tel:+18883737888"' in html
    assert 'href="sms:233733"' in html
    assert "1-802-872-6199" not in html


def test_what_staff_hide_is_gone_from_the_block(loaded, pack):
    hotline = Hotline.objects.get(key="trafficking-hotline")
    hotline.is_shown = False
    save_edited(hotline, now=timezone.now())
    assert "1-888-373-7888" not in _rendered(pack)


@pytest.mark.django_db
def test_without_any_topic_the_block_is_empty_and_the_page_stands(mug):
    assert awareness_for(mug) is None
    assert _rendered(mug).strip() == ""


def test_a_product_page_asks_the_database_at_most_twice(loaded, pack, django_assert_num_queries):
    with django_assert_num_queries(2):
        awareness_for(pack)


def test_the_pages_hotlines_are_asked_for_once(loaded, pack, django_assert_num_queries):
    lines = hotlines_shown()
    with django_assert_num_queries(1):
        awareness_for(pack, hotlines=lines)
    with django_assert_num_queries(2):
        _rendered(pack)


def test_the_footers_hotlines_cost_one_query_and_none_unless_shown(loaded, django_assert_num_queries):
    with django_assert_num_queries(0):
        context = hotlines(RequestFactory().get("/"))
    with django_assert_num_queries(1):
        assert [line.key for line in context["support_lines"]] == ["childhelp"]
        assert "childhelp" not in [line.key for line in context["hotlines"]]
