"""Disputes and warnings of fraud, as Sam sees them and acts on them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from shop.stripe_payments.models import Dispute, FraudWarning, Refund
from tests.shop.dashboard.money.stage import copy_of, hear, queries_of, refund

pytestmark = pytest.mark.django_db

DISPUTES, WARNINGS = "/dashboard/money/disputes/", "/dashboard/money/warnings/"


@pytest.fixture
def disputed(sandbox, paid):
    sandbox.control("dispute", payment_intent=paid.payment_intent_id)
    hear(sandbox)
    return paid.disputes.get()


@pytest.fixture
def warning(sandbox, paid):
    sandbox.control("fraud-warning", payment_intent=paid.payment_intent_id)
    hear(sandbox)
    return paid.fraud_warnings.get()


def dispute_of(payment, number, *, days=5, **facts):
    now = timezone.now()
    defaults = {
        "status": "needs_response",
        "reason": "fraudulent",
        "amount_minor": 100,
        "respond_by": now + timedelta(days=days, hours=1),
        "opened_at": now,
    }
    return Dispute.objects.create(payment=payment, stripe_dispute_id=f"du_{number}", **{**defaults, **facts})


def test_an_open_dispute_shows_what_it_is_about_and_how_long_there_is_to_answer(sam_client, disputed, order):
    page = sam_client.get(DISPUTES)
    (row,) = page.context["open_rows"]
    assert row["days_left"] in (7, 8)
    for fact in (f"{row['days_left']} days left", "$26.50", "fraudulent", f"Order {order.number}", "Bob Buyer"):
        assert fact in page.text, fact
    assert f'href="https://dashboard.stripe.com/test/disputes/{disputed.stripe_dispute_id}"' in page.text
    assert "Answer in Stripe’s dashboard" in page.text


def test_the_last_day_is_told_as_today(sam_client, disputed):
    with time_machine.travel(disputed.respond_by - timedelta(hours=3)):
        sam_client.force_login(sam_client.get(DISPUTES).wsgi_request.user)
        assert "Answer today" in sam_client.get(DISPUTES).text


def test_what_is_due_first_stands_first_and_what_needs_no_answer_last(sam_client, paid):
    dispute_of(paid, "later", days=9)
    dispute_of(paid, "at_the_bank", days=1, status="under_review")
    dispute_of(paid, "soon", days=2)
    rows = sam_client.get(DISPUTES).context["open_rows"]
    assert [row["dispute"].stripe_dispute_id for row in rows] == ["du_soon", "du_later", "du_at_the_bank"]
    assert [row["days_left"] for row in rows] == [2, 9, None]


@pytest.mark.parametrize(("end", "told"), [("lose-dispute", "Lost"), ("win-dispute", "Won")])
def test_a_dispute_is_followed_to_its_end(sam_client, sandbox, disputed, end, told):
    sandbox.control(end, dispute=disputed.stripe_dispute_id)
    hear(sandbox)
    page = sam_client.get(DISPUTES)
    assert page.context["open_rows"] == []
    assert "No dispute is open" in page.text
    (row,) = page.context["ended_rows"]
    assert row["dispute"].get_status_display() == told
    assert f">{told}<" in page.text


def test_without_disputes_and_warnings_the_pages_say_so(sam_client, db):
    page = sam_client.get(DISPUTES).text
    assert "No dispute is open" in page
    assert "No dispute has ended yet" in page
    page = sam_client.get(WARNINGS).text
    assert "No warning waits for you" in page
    assert "Nothing was decided yet" in page


def test_refunding_because_of_a_warning_gives_all_back_and_closes_it(sam_client, sam, sandbox, warning, paid):
    assert "Refund it" in sam_client.get(WARNINGS).text
    asked = sam_client.get(f"{WARNINGS}{warning.pk}/refund/")
    assert "Refund $26.50" in asked.text
    assert not Refund.objects.exists()
    sam_client.post(f"{WARNINGS}{warning.pk}/refund/")
    hear(sandbox)
    paid.refresh_from_db()
    warning.refresh_from_db()
    assert (paid.status, warning.resolution, warning.resolved_by) == ("refunded", "refunded", sam)
    page = sam_client.get(WARNINGS).text
    assert "No warning waits" in page
    assert "sam@example.com" in page


def test_what_is_left_after_a_partial_refund_goes_back(sam_client, sandbox, warning, paid):
    refund(sam_client, paid, how="part", **{f"amount_{paid.lines.get().pk}": "6.50"})
    sam_client.post(f"{WARNINGS}{warning.pk}/refund/")
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [650, 2000]


def test_keeping_a_payment_closes_the_warning_and_refunds_nothing(sam_client, sam, warning):
    assert "Keep the payment" in sam_client.get(f"{WARNINGS}{warning.pk}/keep/").text
    sam_client.post(f"{WARNINGS}{warning.pk}/keep/")
    warning.refresh_from_db()
    assert (warning.resolution, warning.resolved_by) == ("kept", sam)
    assert not Refund.objects.exists()


def test_the_first_decision_stands(sam_client, warning):
    sam_client.post(f"{WARNINGS}{warning.pk}/keep/")
    answer = sam_client.post(f"{WARNINGS}{warning.pk}/refund/", follow=True)
    assert "decided on this warning already" in answer.text
    assert "is decided already" in sam_client.get(f"{WARNINGS}{warning.pk}/refund/").text
    warning.refresh_from_db()
    assert warning.resolution == "kept"
    assert not Refund.objects.exists()


def test_two_clicks_refund_once(sam_client, warning):
    for _click in range(2):
        sam_client.post(f"{WARNINGS}{warning.pk}/refund/")
    assert Refund.objects.count() == 1


def test_a_payment_that_is_disputed_by_now_is_not_refunded_and_its_warning_can_be_closed(
    sam_client, sandbox, warning, paid
):
    sandbox.control("dispute", payment_intent=paid.payment_intent_id)
    hear(sandbox)
    page = sam_client.get(WARNINGS).text
    assert "Close it: it is disputed" in page
    assert "Refund it" not in page
    answer = sam_client.post(f"{WARNINGS}{warning.pk}/refund/", follow=True)
    assert "the bank decides" in answer.text
    assert not Refund.objects.exists()
    sam_client.post(f"{WARNINGS}{warning.pk}/keep/")
    warning.refresh_from_db()
    assert warning.resolution == "disputed"


def test_the_lists_cost_the_same_for_one_and_for_many(sam_client, paid):
    def fill(prefix, number):
        for place in range(number):
            payment = copy_of(paid)
            dispute_of(payment, f"{prefix}open{place}")
            dispute_of(payment, f"{prefix}ended{place}", status="won", closed_at=timezone.now())
            facts = {"payment": payment, "fraud_type": "misc", "warned_at": timezone.now()}
            FraudWarning.objects.create(stripe_warning_id=f"{prefix}a{place}", **facts)
            kept = {"resolution": "kept", "resolved_at": timezone.now()}
            FraudWarning.objects.create(stripe_warning_id=f"{prefix}b{place}", **kept, **facts)

    fill("few", 1)
    few = [queries_of(sam_client, address) for address in (DISPUTES, WARNINGS)]
    fill("many", 30)
    assert [queries_of(sam_client, address) for address in (DISPUTES, WARNINGS)] == few


def test_a_warning_that_is_not_there_is_not_found(sam_client, db):
    assert sam_client.get(f"{WARNINGS}999/refund/").status_code == 404
    assert sam_client.post(f"{WARNINGS}999/keep/").status_code == 404
