"""A search finds what to know beside the goods."""

import pytest

from shop.awareness.loading import load_awareness
from shop.awareness.models import Topic
from tests.goods import make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def _topics(db):
    load_awareness()


@pytest.fixture
def tag(db):
    return make_tag(title="Luggage tag")


def found(client, q, **more):
    return [topic.slug for topic in client.get("/search/", {"q": q, **more}).context["topics"]]


@pytest.mark.usefixtures("_topics")
def test_a_topic_is_found_by_its_title_and_stands_on_the_page(client):
    page = client.get("/search/", {"q": "signs"})
    assert page.context["topics"][0].slug == "signs"
    assert 'href="/learn/signs/"' in page.text
    assert "Nothing found" not in page.text


@pytest.mark.usefixtures("_topics")
@pytest.mark.parametrize(
    ("q", "slug"),
    [("orphanage", "travel-kindly"), ("hotels", "the-code"), ("MEGAN", "stopping-known-offenders"), ("safe harb", "safe-harbor-laws")],
)  # fmt: skip
def test_a_topic_is_found_by_any_word_of_its_page_in_any_form(client, q, slug):
    assert slug in found(client, q)


@pytest.mark.usefixtures("_topics")
def test_goods_and_topics_stand_beside_each_other(client, tag):
    page = client.get("/search/", {"q": "luggage"})
    assert [card.title for card in page.context["cards"]] == ["Luggage tag"]
    assert page.context["topics"]
    assert page.text.index("Luggage tag</a></h3>") < page.text.index('id="found-topics"')


@pytest.mark.usefixtures("_topics")
def test_a_topic_that_is_not_shown_is_not_found(client):
    Topic.objects.filter(slug="signs").update(is_published=False, is_default=False)
    assert "signs" not in found(client, "signs")


@pytest.mark.usefixtures("_topics")
@pytest.mark.parametrize("q", ["", "!!!", "the", "zeppelin", "luggage zeppelin"])
def test_words_that_are_nowhere_find_no_topic(client, q):
    assert found(client, q) == []


@pytest.mark.usefixtures("_topics")
def test_a_search_costs_at_most_twelve_queries(client, tag, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get("/search/", {"q": "child"})
