"""The pages under /learn/ as a visitor gets them."""

import re

import pytest

from shop.awareness.models import Topic


@pytest.fixture
def every_page(loaded) -> list[str]:
    return ["/learn/", *(topic.get_absolute_url() for topic in Topic.objects.in_order())]


def test_the_index_lists_twelve_topics_and_the_numbers(client, loaded):
    page = client.get("/learn/").content.decode()
    for topic in Topic.objects.all():
        assert f'href="{topic.get_absolute_url()}"' in page
    assert "1-888-373-7888" in page
    assert "Childhelp" in page


def test_a_number_that_is_not_confirmed_stands_on_no_page(client, every_page, tag, pack):
    for path in ["/", "/donate/", tag.get_absolute_url(), pack.get_absolute_url(), *every_page]:
        page = client.get(path, follow=True).text
        assert "1-802-872-6199" not in page, path
        assert "1-866-347-2423" not in page, path
    assert 'href="https://dhs.gov/hsi/tipline"' in client.get("/learn/").text


def test_every_reference_leads_to_a_source_with_publisher_link_and_date(client, loaded):
    for topic in Topic.objects.all():
        page = client.get(topic.get_absolute_url()).content.decode()
        references = re.findall(r'href="#(source-\d+)"', page)
        assert len(references) == topic.passages.count()
        assert set(references) == set(re.findall(r'id="(source-\d+)"', page))
        for passage in topic.passages.select_related("source"):
            assert passage.source.publisher in page
            assert f'href="{passage.source.url}" rel="noopener noreferrer"' in page
        assert "Last checked November 24, 2026" in page


def test_a_topic_offers_one_thing_to_do_and_a_product_or_a_gift(client, loaded, tag):
    page = client.get("/learn/what-to-do/").content.decode()
    assert Topic.objects.get(slug="what-to-do").action_text in page
    assert f'href="{tag.get_absolute_url()}"' in page
    assert 'href="/donate/?program=protective-laws"' in client.get("/learn/us-law/").content.decode()


def test_topics_lead_to_their_neighbors(client, loaded):
    first, second = Topic.objects.in_order()[:2]
    assert f'rel="next" href="{second.get_absolute_url()}"' in client.get(first.get_absolute_url()).content.decode()
    assert f'rel="prev" href="{first.get_absolute_url()}"' in client.get(second.get_absolute_url()).content.decode()


def test_a_page_is_shared_by_mail_and_by_address_without_any_script(client, loaded, settings):
    page = client.get("/learn/signs/").content.decode()
    assert 'href="mailto:?subject=Signs%20worth%20reporting' in page
    assert f'value="{settings.SITE_URL}/learn/signs/"' in page


def test_a_hidden_or_unknown_topic_is_not_found(client, loaded):
    Topic.objects.filter(slug="the-code").update(is_published=False)
    assert client.get("/learn/the-code/").status_code == 404
    assert client.get("/learn/no-such-topic/").status_code == 404
    assert "/learn/the-code/" not in client.get("/learn/").content.decode()


def test_before_anything_is_loaded_the_index_still_opens(client, db):
    assert client.get("/learn/").status_code == 200


def test_no_page_sets_a_cookie_or_depends_on_one(client, every_page):
    for address in every_page:
        response = client.get(address)
        assert not response.cookies
        assert "cookie" not in response.get("Vary", "").lower()


def test_no_page_has_inline_style_or_script(client, every_page):
    for address in every_page:
        page = client.get(address).content.decode()
        assert not re.search(r"\sstyle=|<style|\son\w+=", page)
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_no_page_needs_many_queries(client, every_page, django_assert_max_num_queries):
    for address in every_page:
        with django_assert_max_num_queries(3):
            client.get(address)


def test_what_staff_typed_cannot_become_markup(client, loaded):
    topic = Topic.objects.get(slug="signs")
    topic.passages.filter(position=1).update(text="<script>alert(1)</script>")
    assert b"<script>alert(1)" not in client.get("/learn/signs/").content
