"""Monthly gifts in the dashboard: who may see them, and what stands there."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from donations import giving
from donations.models import MonthlyGift, Program, Wording
from shop.stripe_payments.models import Subscription
from tests.conftest import person
from tests.donations.gifts import ALICE
from tests.donations.monthly import begin, pass_time, turn_card

pytestmark = pytest.mark.django_db(transaction=True)
ALICE_BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def promise(now, **typed) -> MonthlyGift:
    """A monthly gift that runs; Stripe knows nothing of it."""
    started = giving.start_monthly_gift(
        **{**ALICE, **typed},
        amount_minor=2500,
        program=Program.objects.get(slug="most-needed"),
        consent_text="Yes.",
        now=now,
    )
    monthly = started.gift.monthly_gift
    assert monthly is not None
    Subscription.objects.filter(monthly_gift=monthly).update(
        status="active", started_at=now, stripe_subscription_id=f"sub_{monthly.reference}"
    )
    return monthly


def test_the_list_shows_donor_amount_status_next_date_and_last_failure(sandbox, alice, sam_client):
    monthly = begin(alice)
    turn_card(sandbox, monthly)
    pass_time(sandbox, monthly)
    page = sam_client.get("/dashboard/gifts/monthly/").content.decode()
    failure = monthly.subscription.changes.filter(what="payment_failed").latest("id")
    for shown in (monthly.reference, "alice@example.com", "$25.00", "Payment failed", str(failure.made_at.year)):
        assert shown in page
    assert monthly.reference in sam_client.get("/dashboard/gifts/monthly/?status=past_due").content.decode()
    assert monthly.reference not in sam_client.get("/dashboard/gifts/monthly/?status=active").content.decode()


def test_one_promise_has_its_story_its_consent_and_its_gifts(sandbox, alice, sam_client):
    monthly = begin(alice)
    pass_time(sandbox, monthly)
    page = sam_client.get(f"/dashboard/gifts/monthly/{monthly.reference}/").content.decode()
    assert "Started" in page
    assert "charge my card $25 every month" in page
    for gift in monthly.gifts.all():
        assert gift.reference in page
        of_gift = sam_client.get(f"/dashboard/gifts/{gift.reference}/").content.decode()
        assert "Monthly" in of_gift
        assert "What happened to the monthly gift" in of_gift
        assert monthly.reference in of_gift


def test_gifts_are_found_by_their_frequency(sandbox, alice, sam_client):
    begin(alice)
    (gift,) = MonthlyGift.objects.get().gifts.all()
    assert gift.reference in sam_client.get("/dashboard/gifts/?frequency=monthly").content.decode()
    assert gift.reference not in sam_client.get("/dashboard/gifts/?frequency=once").content.decode()


def test_a_promise_that_was_never_agreed_to_is_not_listed(programs, sam_client, alice):
    giving.start_monthly_gift(
        **ALICE, amount_minor=2500, program=Program.objects.first(), consent_text="Yes.", now=ALICE_BEGAN
    )
    assert "alice@example.com" not in sam_client.get("/dashboard/gifts/monthly/").content.decode()


def test_only_staff_with_the_right_see_them(programs, charlie_client):
    monthly = promise(ALICE_BEGAN)
    call_command("load_staff_groups", verbosity=0)
    mia, clerk = person("mia", is_staff=True), person("clerk", is_staff=True)
    mia.groups.add(Group.objects.get(name="Gifts"))
    for path in ("monthly/", f"monthly/{monthly.reference}/"):
        for client, status in ((logged_in(mia), 200), (logged_in(clerk), 403), (charlie_client, 403), (Client(), 302)):
            assert client.get(f"/dashboard/gifts/{path}").status_code == status, path
    assert "Monthly gifts" in logged_in(mia).get("/dashboard/gifts/").content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(programs, sam_client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            sam_client.get("/dashboard/gifts/monthly/")
        return len(captured)

    promise(ALICE_BEGAN)
    queries()  # the first visit of a session makes its basket
    one = queries()
    for number in range(20):
        promise(ALICE_BEGAN, email=f"donor{number}@example.com")
    assert queries() == one


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("Yes, {amount}. First {first_date}, then {next_date}.", True),
        ("Yes, give money every month.", False),
        ("Yes, {amount}. First {first_date}.", False),
        ("Yes, {amount}, {first_date}, {next_date}, {donor}.", False),
        ("Yes, {amount}, {first_date}, {next_date}, {oops", False),
    ],
)
def test_the_words_of_the_consent_keep_what_the_law_asks_for(programs, sam_client, text, is_good):
    sam_client.post(
        "/dashboard/gifts/texts/monthly_consent/", {"text": text}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert (Wording.objects.get(key="monthly_consent").text == text) == is_good


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client
