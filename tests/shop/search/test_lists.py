"""The catalogue, its categories, and how they are sorted and paged."""

from datetime import timedelta

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from tests.goods import make_tag
from tests.shop.catalogue.colored_tag import add_picture, color, make_colored_tag, stock_of

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")


def titles(page):
    return [card.title for card in page.context["cards"]]


def make_many(count):
    return [make_tag(title=f"Tag {number:03}") for number in range(count)]


def test_featured_goods_come_first_and_then_in_the_order_they_were_made(client):
    make_tag(title="First")
    featured = make_tag(title="Featured")
    featured.priority = 5
    featured.save()
    assert titles(client.get("/catalogue/")) == ["Featured", "First"]


def test_sorting_by_price_takes_the_lowest_price_of_each_product(client):
    make_tag(title="Nine", price="9.00")
    tag = make_colored_tag(title="Seven or more", price="12.00")
    record = stock_of(color(tag, "Jade"))
    record.price = 7
    record.save()
    make_tag(title="Eight", price="8.00")
    page = client.get("/catalogue/", {"sort": "price"})
    assert titles(page) == ["Seven or more", "Eight", "Nine"]
    assert page.context["cards"][0].is_from
    assert titles(client.get("/catalogue/", {"sort": "price-high"})) == ["Nine", "Eight", "Seven or more"]


def test_the_newest_come_first_when_asked(client):
    old, new = make_tag(title="Old"), make_tag(title="New")
    type(old).objects.filter(pk=new.pk).update(date_created=timezone.now() + timedelta(days=1))
    assert titles(client.get("/catalogue/", {"sort": "newest"})) == ["New", "Old"]


@pytest.mark.parametrize("sort", ["featured", "newest", "price", "price-high"])
def test_pages_show_every_product_once(client, settings, sort):
    settings.OSCAR_PRODUCTS_PER_PAGE = 4
    make_many(10)
    pages = [client.get("/catalogue/", {"sort": sort, "page": number}) for number in (1, 2, 3)]
    assert sorted(title for page in pages for title in titles(page)) == [f"Tag {number:03}" for number in range(10)]
    assert [page.context["page_obj"].has_next for page in pages] == [True, True, False]
    assert client.get("/catalogue/", {"sort": sort, "page": 4}).status_code == 404


def test_links_to_other_pages_keep_the_sorting_and_the_search(client, settings):
    settings.OSCAR_PRODUCTS_PER_PAGE = 1
    make_many(2)
    assert 'href="?sort=price&amp;page=2"' in client.get("/catalogue/", {"sort": "price"}).text
    assert 'href="?q=tag&amp;page=2"' in client.get("/search/", {"q": "tag"}).text


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1.5", "٢", "99999999999999999999", "1;drop"])
def test_a_page_that_is_none_is_the_first(client, page):
    make_tag()
    assert client.get("/catalogue/", {"page": page}).context["page_obj"].number == 1


def test_drafts_and_withdrawn_goods_are_in_no_list(client):
    draft, tag = make_tag(title="Draft"), make_colored_tag()
    for product in (draft, tag):
        product.is_public = False
        product.save()
    for path in ("/", "/catalogue/", "/catalogue/?sort=price", "/catalogue/?sort=newest", "/search/?q=tag"):
        assert titles(client.get(path)) == []


def test_a_category_shows_its_own_goods_and_those_below_it(client):
    tags = Category.objects.add_root({"name": "Tags", "slug": "tags"})
    bright = Category.objects.add_child(tags, {"name": "Bright tags", "slug": "bright"})
    make_tag(title="Elsewhere")
    for category, title in ((tags, "Above"), (bright, "Below")):
        make_tag(title=title).categories.add(category)
    for sort in ("featured", "newest", "price"):
        assert sorted(titles(client.get(tags.get_absolute_url(), {"sort": sort}))) == ["Above", "Below"]
    assert titles(client.get(bright.get_absolute_url())) == ["Below"]


def test_a_product_in_two_categories_is_shown_once(client):
    tags = Category.objects.add_root({"name": "Tags", "slug": "tags"})
    below = Category.objects.add_child(tags, {"name": "Bright tags", "slug": "bright"})
    make_tag(title="Once").categories.add(tags, below)
    assert titles(client.get(tags.get_absolute_url())) == ["Once"]


def test_a_hidden_category_is_not_found_and_hides_what_is_below_it(client):
    tags = Category.objects.add_root({"name": "Tags", "slug": "tags", "is_public": False})
    below = Category.objects.add_child(tags, {"name": "Bright tags", "slug": "bright"})
    assert client.get(tags.get_absolute_url()).status_code == 404
    assert client.get(below.get_absolute_url()).status_code == 404
    assert client.get(f"/catalogue/category/x_{10**12}/").status_code == 404


def test_an_old_name_of_a_category_leads_to_it(client):
    tags = Category.objects.add_root({"name": "Tags", "slug": "tags"})
    answer = client.get(f"/catalogue/category/old_{tags.pk}/")
    assert (answer.status_code, answer["Location"]) == (301, tags.get_absolute_url())


@pytest.mark.parametrize("path", ["/", "/catalogue/", "/catalogue/?sort=price", "/search/?q=tag", "category"])
def test_a_full_page_costs_at_most_twelve_queries(client, django_assert_max_num_queries, path):
    category = Category.objects.add_root({"name": "Tags", "slug": "tags"})
    for number in range(13):
        tag = make_colored_tag(title=f"Tag {number}", colors=("Poppy", "Jade", "Indigo"))
        tag.categories.add(category)
        add_picture(tag.children.first(), size=(40, 40))
    with django_assert_max_num_queries(12):
        page = client.get(category.get_absolute_url() if path == "category" else path)
    assert len(page.context["cards"]) >= 4
    assert not page.cookies
