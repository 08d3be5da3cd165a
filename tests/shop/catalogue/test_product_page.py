"""The page of one product."""

import pytest
from django.test import Client

from shop.stock import movements
from tests.goods import make_tag
from tests.shop.catalogue.colored_tag import add_picture, color, make_colored_tag, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tag():
    return make_colored_tag()


def test_a_color_is_chosen_by_the_address_alone(client, tag):
    page = client.get(tag.get_absolute_url(), {"color": "jade"})
    assert page.context["selected"].product == color(tag, "Jade")
    assert [variant.color.slug for variant in page.context["variants"]] == ["poppy", "jade"]
    assert page.context["selected"].color.hex == "#e5412d"
    assert "$12.00" in page.text


@pytest.mark.parametrize("asked", ["", "no-such-color", "%00", "'; drop table", "x" * 5000])
def test_an_unknown_color_shows_the_first_one_that_can_be_bought(client, tag, asked):
    movements.correct(stockrecord_id=stock_of(color(tag, "Poppy")).pk, change=-10, note="lost")
    page = client.get(tag.get_absolute_url(), {"color": asked})
    assert page.status_code == 200
    assert page.context["selected"].color.name == "Jade"


def test_stock_is_told_in_words(client, tag):
    movements.correct(stockrecord_id=stock_of(color(tag, "Poppy")).pk, change=-10, note="lost")
    movements.correct(stockrecord_id=stock_of(color(tag, "Jade")).pk, change=-7, note="lost")
    variants = client.get(tag.get_absolute_url()).context["variants"]
    assert [variant.stock_wording for variant in variants] == ["Sold out", "Only 3 left"]


def test_a_variants_own_address_leads_to_its_color(client, tag):
    child = color(tag, "Jade")
    add_picture(child)
    answer = client.get(child.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (301, f"{tag.get_absolute_url()}?color=jade")


def test_an_old_name_leads_to_the_page_and_keeps_the_color(client, tag):
    answer = client.get(f"/catalogue/old-name_{tag.pk}/?color=jade")
    assert (answer.status_code, answer["Location"]) == (301, f"{tag.get_absolute_url()}?color=jade")


def test_a_draft_is_hidden_from_the_public_and_shown_to_staff(client, charlie_client, sam_client, tag):
    tag.is_public = False
    tag.save()
    assert client.get(tag.get_absolute_url()).status_code == 404
    assert client.get(color(tag, "Jade").get_absolute_url()).status_code == 404
    assert charlie_client.get(tag.get_absolute_url()).status_code == 404
    assert sam_client.get(tag.get_absolute_url()).status_code == 200


def test_a_withdrawn_color_is_not_offered(client, tag):
    child = color(tag, "Jade")
    child.is_public = False
    child.save()
    assert [variant.color.slug for variant in client.get(tag.get_absolute_url()).context["variants"]] == ["poppy"]
    assert client.get(child.get_absolute_url()).status_code == 404


def test_a_product_without_any_color_left_says_so(client):
    tag = make_colored_tag(colors=())
    page = client.get(tag.get_absolute_url())
    assert page.context["selected"] is None
    assert "Not for sale at the moment" in page.text


@pytest.mark.parametrize("path", ["/catalogue/x_999999/", "/catalogue/x_99999999999999999999/", "/catalogue/_0/"])
def test_a_product_that_never_was_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_descriptions_are_markdown_without_html(client, tag):
    tag.description = "A **bright** tag <script>alert(1)</script> [x](javascript:alert(1)) ![x](https://else.where/x)"
    tag.save()
    page = client.get(tag.get_absolute_url())
    assert "<strong>bright</strong>" in page.text
    assert "<script>alert" not in page.text
    assert 'href="javascript' not in page.text
    assert '<img src="https://else.where' not in page.text


def test_looking_leaves_no_trace(tag):
    client = Client()
    for _ in range(2):
        page = client.get(tag.get_absolute_url())
        assert not page.cookies
    assert not client.cookies


def test_many_colors_with_many_pictures_cost_few_queries(client, django_assert_max_num_queries):
    tag = make_colored_tag(colors=tuple(f"Color{number}" for number in range(12)))
    for child in tag.children.all():
        add_picture(child)
    with django_assert_max_num_queries(12):
        client.get(tag.get_absolute_url())


def test_a_product_without_a_choice_has_one_selected(client):
    pack = make_tag(title="Group pack", price="100.00")
    page = client.get(pack.get_absolute_url())
    assert page.context["variants"] == []
    assert page.context["selected"].product == pack
