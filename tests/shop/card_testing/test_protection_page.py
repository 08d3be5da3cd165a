"""Staff see how things stand, and close payments with one page."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from donations.models import Gift
from shop.card_testing.models import Switch
from tests.conftest import person
from tests.goods import allow_shipping, make_tag
from tests.jobs import do_jobs
from tests.shop.card_testing.visitors import Visitor, decline, newest_payment

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/protection/"
OPEN = {"takes_gifts": "on", "takes_orders": "on", "challenge": "auto"}


def decide(client: Client, **changes: str | None):
    wish = {name: value for name, value in {**OPEN, **changes}.items() if value is not None}
    return client.post(PAGE, wish, headers={"sec-fetch-site": "same-origin"})


def test_sam_sees_how_things_stand(sandbox, alice, sam_client):
    alice.give()
    decline(newest_payment(), 5)
    page = sam_client.get(PAGE)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    now = page.context["now"]
    assert (now.paid, now.declined, now.challenged) == (0, 5, 0)
    assert [(row.opened, row.open_now, row.declined) for row in now.pages] == [(1, 1, 5), (0, 0, 0), (0, 0, 0)]
    assert "A calculation in the browser" in page.text
    assert "alice@example.com" not in page.text
    assert 'href="/dashboard/protection/"' in sam_client.get("/dashboard/").text


def test_nobody_without_the_right_sees_or_does_anything(charlie_client):
    clerk = Client()
    clerk.force_login(person("clerk", is_staff=True))
    for client in (charlie_client, clerk):
        assert client.get(PAGE).status_code in (302, 403)
        assert decide(client, takes_gifts=None).status_code in (302, 403)
    assert Client().get(PAGE).status_code == 302
    assert decide(Client(), takes_gifts=None).status_code in (302, 403)
    assert not Switch.objects.exists()


def test_the_group_may_look_and_decide():
    call_command("load_staff_groups", verbosity=0)
    guard = person("guard", is_staff=True)
    guard.groups.add(Group.objects.get(name="Protection"))
    client = Client()
    client.force_login(guard)
    assert client.get(PAGE).status_code == 200
    assert decide(client, challenge="always").status_code == 302
    assert Switch.objects.get().changed_by == guard


def test_closed_the_giving_page_says_kindly_how_else_to_give_and_takes_nothing(alice, sam_client, settings):
    alice.look()
    decide(sam_client, takes_gifts=None)
    assert alice.give_again().status_code == 503
    assert alice.give_again(mail_link="1").status_code == 503
    assert not Gift.objects.exists()
    page = alice.look()
    assert page.status_code == 200
    assert "Gifts cannot be taken here right now" in page.text
    assert f"mailto:{settings.ORGANIZATION['contact_email']}" in page.text
    assert settings.ORGANIZATION["address"] in page.text
    assert "data-give" not in page.text
    decide(sam_client)
    assert "data-give" in alice.look().text


def test_closing_ends_the_payment_pages_that_stand_open(sandbox, alice, sam_client):
    alice.give()
    decide(sam_client, takes_orders=None)
    do_jobs()
    assert newest_payment().status == "open"
    decide(sam_client, takes_gifts=None)
    do_jobs()
    assert newest_payment().status == "expired"
    assert mail.outbox == []


def test_opened_again_before_the_worker_came_nothing_is_closed(sandbox, alice, sam_client):
    alice.give()
    decide(sam_client, takes_gifts=None)
    decide(sam_client)
    do_jobs()
    assert newest_payment().status == "open"


def test_closed_the_checkout_says_so_and_keeps_the_basket(sam_client, real_limits):
    allow_shipping()
    bob = Visitor("192.0.2.2", "bob@example.com")
    bob.send(f"/basket/add/{make_tag().pk}/", quantity="1")
    decide(sam_client, takes_orders=None)
    page = bob.look("/checkout/").text
    assert "Orders cannot be paid right now" in page
    assert "Continue to payment" not in page
    assert bob.look("/basket/").context["basket"].num_items == 1


def test_every_decision_is_kept_with_who_made_it(sam, sam_client):
    decide(sam_client, takes_gifts=None)
    decide(sam_client, challenge="always")
    assert list(Switch.objects.order_by("id").values_list("takes_gifts", "challenge", "changed_by")) == [
        (False, "auto", sam.pk),
        (True, "always", sam.pk),
    ]
    assert "sam@example.com" in sam_client.get(PAGE).text


def test_a_decision_outlives_the_account_of_who_made_it(sam, sam_client):
    clerk = person("clerk")
    Switch.objects.create(changed_at=timezone.now(), changed_by=clerk, challenge="always")
    clerk.delete()
    assert "For everybody" in sam_client.get(PAGE).text


def test_what_the_settings_close_no_page_opens(alice, sam_client, settings):
    settings.CARD_TESTING_CLOSED = ["gift"]
    decide(sam_client)
    assert "Gifts cannot be taken here right now" in alice.look().text


def test_a_decision_that_is_none_is_not_saved(sam_client):
    assert decide(sam_client, challenge="sometimes").status_code == 200
    assert not Switch.objects.exists()
