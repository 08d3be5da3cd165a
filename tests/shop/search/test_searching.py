"""Looking for goods by words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.search.listings import words_of
from tests.goods import make_tag
from tests.shop.catalogue.colored_tag import make_colored_tag

pytestmark = pytest.mark.django_db


def found(client, q, **more):
    return [card.title for card in client.get("/search/", {"q": q, **more}).context["cards"]]


@pytest.fixture
def goods(db):
    tag = make_colored_tag(title="Luggage tag")
    tag.description = "Finds your suitcase at the carousel."
    tag.save()
    make_tag(title="Key chain")
    pack = make_tag(title="Group pack")
    pack.description = "Ten luggage tags."
    pack.save()


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("luggage", ["Luggage tag", "Group pack"]),
        ("LUGGAGE tags", ["Luggage tag", "Group pack"]),
        ("suitcases", ["Luggage tag"]),
        ("poppy", ["Luggage tag"]),
        ("jade tag", ["Luggage tag"]),
        ("key ch", ["Key chain"]),
        ("carou", ["Luggage tag"]),
        ("zeppelin", []),
        ("the", []),
    ],
)
def test_words_are_found_in_titles_colors_and_descriptions(client, goods, q, titles):
    assert found(client, q) == titles


def test_results_can_be_sorted(client, goods):
    assert found(client, "luggage", sort="newest") == ["Group pack", "Luggage tag"]
    assert set(found(client, "luggage", sort="price")) == {"Group pack", "Luggage tag"}


@pytest.mark.parametrize("q", ["", " ", "!!!", "&|!:*'\"\\", "\x00", "_", "<>"])
def test_nothing_to_look_for_shows_everything(client, goods, q):
    assert len(found(client, q)) == 3


def test_what_was_typed_is_shown_as_text(client, goods):
    page = client.get("/search/", {"q": "<script>alert(1)</script>"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert page.context["search_text"] == "<script>alert(1)</script>"


def test_a_withdrawn_product_is_not_found_by_its_color(client, goods):
    from oscar.core.loading import get_model

    get_model("catalogue", "Product").objects.filter(title="Luggage tag").update(is_public=False)
    assert found(client, "poppy") == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=60) | st.text("'\"\\:*&|!()<->@%\x00 a", max_size=40), sort=st.text(max_size=5))
def test_no_words_break_the_page(client, q, sort):
    assert client.get("/search/", {"q": q, "sort": sort, "page": "1"}).status_code == 200


def test_the_query_language_is_never_reached():
    assert words_of("tag:* & !'x' | \\ <-> (y)") == ["tag", "x", "y"]
    assert len(words_of("word " * 100)) == 8
    assert words_of("a" * 100) == ["a" * 40]
