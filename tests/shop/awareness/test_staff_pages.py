"""Staff edit topics, sources, hotlines and placements; nobody else does."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from shop.awareness.models import Hotline, Passage, Source, Topic
from tests.conftest import person


def _pages(product) -> list[str]:
    names = ("topic-list", "topic-create", "source-list", "source-create", "hotline-list", "hotline-create")
    return [
        *(reverse(f"awareness-dashboard:{name}") for name in (*names, "placement-list")),
        reverse("awareness-dashboard:topic-edit", args=["signs"]),
        reverse("awareness-dashboard:source-edit", args=["ecpat-usa"]),
        reverse("awareness-dashboard:hotline-edit", args=["emergency"]),
        reverse("awareness-dashboard:placement-edit", args=[product.pk]),
    ]


def _as_shown(response) -> dict[str, str]:
    """What a browser would send if nothing were changed on the page."""
    forms = [response.context["form"]]
    if passages := response.context.get("passages"):
        forms += [passages.management_form, *passages.forms]
    sent = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                sent[field.html_name] = "on"
            elif value is not None and value is not False:
                sent[field.html_name] = str(value)
    return sent


def _open_and_send(client: Client, address: str, **changes: str | None):
    sent = _as_shown(client.get(address)) | changes
    return client.post(address, {name: value for name, value in sent.items() if value is not None})


@pytest.fixture
def signs(loaded) -> str:
    return reverse("awareness-dashboard:topic-edit", args=["signs"])


def test_sam_opens_every_page_and_no_cache_keeps_it(sam_client, loaded, pack):
    for address in _pages(pack):
        response = sam_client.get(address)
        assert response.status_code == 200, address
        assert "no-store" in response["Cache-Control"]


def test_charlie_is_refused_everywhere(charlie_client, loaded, pack):
    for address in _pages(pack):
        assert charlie_client.get(address).status_code == 403, address
        assert charlie_client.post(address, {"title": "Mine"}).status_code in (403, 405), address


def test_a_visitor_is_asked_to_log_in(client, loaded, pack):
    for address in _pages(pack):
        response = client.get(address)
        assert (response.status_code, "/login/" in response["Location"]) == (302, True)


def test_staff_without_the_permission_are_refused(loaded, pack):
    client = Client()
    reader = person("riley", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_topic"))
    client.force_login(reader)
    assert client.get(reverse("awareness-dashboard:topic-list")).status_code == 200
    assert client.get(reverse("awareness-dashboard:topic-edit", args=["signs"])).status_code == 403
    assert client.get(reverse("awareness-dashboard:hotline-list")).status_code == 403


def test_saving_an_unchanged_topic_keeps_its_words(sam_client, signs):
    before = list(Passage.objects.order_by("topic", "position").values_list("topic", "kind", "text", "source"))
    assert _open_and_send(sam_client, signs).status_code == 302
    after = list(Passage.objects.order_by("topic", "position").values_list("topic", "kind", "text", "source"))
    assert after == before


def test_a_change_by_sam_is_seen_by_a_visitor(sam_client, signs, client):
    changes = {"title": "Signs, told anew", "passages-0-text": "One sign is not enough to judge."}
    assert _open_and_send(sam_client, signs, **changes).status_code == 302
    page = client.get("/learn/signs/").content.decode()
    assert "Signs, told anew" in page
    assert "One sign is not enough to judge." in page
    assert Topic.objects.get(slug="signs").edited_at is not None


def test_passages_change_places_go_and_come(sam_client, signs):
    topic = Topic.objects.get(slug="signs")
    first, second, third = topic.passages.order_by("position")[:3]
    count = topic.passages.count()
    source = Source.objects.get(key="ecpat-usa")
    changes = {
        "passages-0-ORDER": "2",
        "passages-1-ORDER": "1",
        "passages-2-DELETE": "on",
        f"passages-{count}-kind": "do",
        f"passages-{count}-text": "A new piece of advice.",
        f"passages-{count}-source": str(source.pk),
    }
    assert _open_and_send(sam_client, signs, **changes).status_code == 302
    passages = list(topic.passages.order_by("position"))
    assert passages[:2] == [second, first]
    assert third not in passages
    assert passages[-1].text == "A new piece of advice."
    assert [passage.position for passage in passages] == list(range(1, count + 1))


def test_a_passage_without_a_source_is_sent_back_with_the_error_beside_the_field(sam_client, signs):
    response = _open_and_send(sam_client, signs, **{"passages-0-source": ""})
    assert response.status_code == 200
    assert response.context["passages"].forms[0].errors["source"] == ["This field is required."]
    assert Topic.objects.get(slug="signs").edited_at is None


def test_a_topic_keeps_at_least_two_passages(sam_client, signs):
    count = Topic.objects.get(slug="signs").passages.count()
    response = _open_and_send(sam_client, signs, **{f"passages-{number}-DELETE": "on" for number in range(1, count)})
    assert response.status_code == 200
    assert "at least two passages" in response.content.decode()
    assert Topic.objects.get(slug="signs").passages.count() == count


def test_the_default_topic_can_move_but_not_vanish(sam_client, signs):
    assert _open_and_send(sam_client, signs, is_published=None).context["form"].errors["is_published"]
    assert _open_and_send(sam_client, signs, is_default=None).status_code == 302
    assert Topic.objects.get(is_default=True).slug == "signs"
    other = reverse("awareness-dashboard:topic-edit", args=["us-law"])
    assert _open_and_send(sam_client, other, is_default="on").status_code == 302
    assert Topic.objects.get(is_default=True).slug == "us-law"


def test_the_default_topic_needs_a_statement_for_product_pages(sam_client, signs):
    response = _open_and_send(sam_client, signs, **{"passages-0-is_on_products": None})
    assert response.status_code == 200
    assert response.context["form"].errors["is_default"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//elsewhere.example", "not an address"])
def test_an_action_leads_nowhere_dangerous(sam_client, signs, address):
    response = _open_and_send(sam_client, signs, action_url=address)
    assert response.context["form"].errors["action_url"]


def test_sam_writes_a_new_topic(sam_client, loaded, client):
    source = Source.objects.get(key="ecpat-usa")
    changes = {
        "slug": "thirteen",
        "number": "13",
        "title": "The thirteenth",
        "summary": "One more.",
        "introduction": "A word before.",
        "action_text": "Read it.",
        "action_link_text": "Here",
        "action_url": "/learn/",
        "offer": "gift",
        "offer_text": "Give.",
        "checked_date": "2026-11-24",
        "is_published": "on",
        "passages-0-kind": "statement",
        "passages-0-text": "First.",
        "passages-0-source": str(source.pk),
        "passages-1-kind": "do",
        "passages-1-text": "Second.",
        "passages-1-source": str(source.pk),
    }
    assert _open_and_send(sam_client, reverse("awareness-dashboard:topic-create"), **changes).status_code == 302
    assert "The thirteenth" in client.get("/learn/thirteen/").content.decode()


def test_sam_corrects_and_hides_a_hotline(sam_client, loaded, client):
    address = reverse("awareness-dashboard:hotline-edit", args=["cybertipline"])
    assert _open_and_send(sam_client, address, phone="1-800-555-0100").status_code == 302
    assert "1-800-555-0100" in client.get("/learn/").content.decode()
    assert _open_and_send(sam_client, address, is_shown=None).status_code == 302
    assert "1-800-555-0100" not in client.get("/learn/").content.decode()


@pytest.mark.parametrize("phone", ["call me", "1-800\r\nBcc: x@example.com", "<b>911</b>"])
def test_a_phone_number_is_digits_and_hyphens(sam_client, loaded, phone):
    address = reverse("awareness-dashboard:hotline-edit", args=["cybertipline"])
    assert _open_and_send(sam_client, address, phone=phone).context["form"].errors["phone"]


def test_a_hotline_needs_a_way_to_reach_it(sam_client, loaded):
    address = reverse("awareness-dashboard:hotline-edit", args=["emergency"])
    assert _open_and_send(sam_client, address, phone="").context["form"].errors["phone"]
    assert Hotline.objects.get(key="emergency").phone == "911"


def test_sam_adds_and_corrects_a_source(sam_client, loaded, client):
    new = {
        "key": "new",
        "publisher": "A publisher",
        "title": "A page",
        "url": "https://example.org/",
        "checked_date": "2026-11-24",
    }
    assert _open_and_send(sam_client, reverse("awareness-dashboard:source-create"), **new).status_code == 302
    address = reverse("awareness-dashboard:source-edit", args=["inhope-dont-look-away"])
    assert _open_and_send(sam_client, address, checked_date="2026-12-01").status_code == 302
    assert "Last checked December 1, 2026" in client.get("/learn/signs/").content.decode()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/", ""])
def test_a_source_has_a_web_address(sam_client, loaded, url):
    address = reverse("awareness-dashboard:source-edit", args=["ecpat-usa"])
    assert _open_and_send(sam_client, address, url=url).context["form"].errors["url"]


def test_sam_places_topics_on_a_product(sam_client, loaded, pack):
    address = reverse("awareness-dashboard:placement-edit", args=[pack.pk])
    us_law, signs = Topic.objects.get(slug="us-law"), Topic.objects.get(slug="signs")
    assert _open_and_send(sam_client, address, topic_1=str(us_law.pk), topic_2=str(signs.pk)).status_code == 302
    placed = [placement.topic for placement in pack.awareness_topics.order_by("position")]
    assert placed == [us_law, signs]


def test_a_product_keeps_at_least_one_topic_and_each_once(sam_client, loaded, pack):
    address = reverse("awareness-dashboard:placement-edit", args=[pack.pk])
    us_law = str(Topic.objects.get(slug="us-law").pk)
    assert _open_and_send(sam_client, address, topic_1="").context["form"].errors["topic_1"]
    assert _open_and_send(sam_client, address, topic_1=us_law, topic_2=us_law).context["form"].errors["topic_2"]


def test_the_dashboard_names_the_products_that_show_the_default_topic(sam_client, loaded, mug):
    page = sam_client.get(reverse("awareness-dashboard:placement-list")).content.decode()
    assert "As for all other products: Signs worth reporting" in page
