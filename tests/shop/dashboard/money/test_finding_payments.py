"""Sam finds a payment by whatever Sam has at hand."""

import pytest
from django.utils import timezone

from shop.stripe_payments.models import StripeEvent
from tests.shop.dashboard.money.stage import copy_of, hear, pay_out, queries_of, refund

pytestmark = pytest.mark.django_db

LIST = "/dashboard/money/payments/"


def found(client, **search):
    """References of the payments on the page, in its order."""
    page = client.get(LIST, search)
    assert page.status_code == 200
    return [payment.reference for payment, _purposes in page.context["rows"]]


def test_by_name_mail_number_and_amount(sam_client, paid, gift, order):
    gift_reference = gift.lines.get().reference
    for text in (
        "Bob",
        "bob buyer",
        "BOB@example.com",
        order.number,
        order.number[:6],
        "26.50",
        "$26.50",
        paid.reference,
    ):
        assert found(sam_client, q=text) == [paid.reference], text
    for text in (
        "Alice Adams",
        "alice@",
        gift_reference,
        gift_reference.removeprefix("G-"),
        "50",
        "$50.00",
        gift.reference,
    ):
        assert found(sam_client, q=text) == [gift.reference], text
    assert found(sam_client) == [gift.reference, paid.reference]
    assert found(sam_client, q="Bob Adams") == []


def test_by_any_id_of_stripes(sam_client, sandbox, paid, gift):
    refund(sam_client, paid, how="part", **{f"amount_{paid.lines.get().pk}": "6.50"})
    sandbox.control("fraud-warning", payment_intent=gift.payment_intent_id)
    hear(sandbox)
    sandbox.control("dispute", payment_intent=gift.payment_intent_id)
    pay_out(sandbox)
    paid.refresh_from_db()
    ids = [
        paid.checkout_session_id,
        paid.payment_intent_id,
        paid.charge_id,
        paid.lines.get().refunds.get().stripe_refund_id,
    ]
    ids += list(paid.balance_entries.values_list("stripe_id", flat=True))
    ids += [StripeEvent.objects.filter(object_id=paid.charge_id).first().event_id]
    for stripe_id in ids:
        assert found(sam_client, q=stripe_id) == [paid.reference], stripe_id
    opened = gift.changes.get(what="dispute_opened").cause
    assert opened.startswith("evt_")
    for stripe_id in (opened, gift.disputes.get().stripe_dispute_id, gift.fraud_warnings.get().stripe_warning_id):
        assert found(sam_client, q=f" {stripe_id} ") == [gift.reference], stripe_id
    assert found(sam_client, q="6.50") == [paid.reference], "the amount of a refund"
    payout = paid.balance_entries.first().payout.stripe_payout_id
    assert set(found(sam_client, q=payout)) == {paid.reference, gift.reference}


def test_by_status_and_day(sam_client, paid, gift):
    refund(sam_client, gift)
    assert found(sam_client, status="refunded") == [], "it is on its way, not there"
    today = timezone.localdate().isoformat()
    assert len(found(sam_client, date_from=today, date_to=today, status="paid")) == 2
    assert found(sam_client, date_from="2199-01-01") == []
    assert found(sam_client, date_to="2000-01-01") == []


@pytest.mark.parametrize(
    "search",
    [
        {"q": "%00"},
        {"q": "\x00"},
        {"q": "a" * 256},
        {"q": "9" * 30},
        {"q": "cs_"},
        {"status": "x"},
        {"date_from": "x"},
        {"date_to": "9999-12-31"},
        {"page": "x"},
        {"page": "999"},
        {"q": "1e3"},
    ],
)
def test_a_strange_search_is_answered(sam_client, paid, search):
    assert sam_client.get(LIST, search).status_code == 200


def test_the_totals_are_those_of_the_one_query_and_follow_the_search(sam_client, sandbox, paid, gift):
    refund(sam_client, paid, how="part", **{f"amount_{paid.lines.get().pk}": "6.50"})
    hear(sandbox)
    page = sam_client.get(LIST).text
    for figure in ("$76.50", "$6.50", "$70.00"):
        assert figure in page
    (total,) = sam_client.get(LIST, {"q": "alice"}).context["totals"]
    assert (total.paid_minor, total.counted_minor) == (5000, 5000)


def test_an_empty_list_and_an_empty_search_say_so(sam_client, db):
    assert "No payment yet" in sam_client.get(LIST).text
    assert "No payment fits" in sam_client.get(LIST, {"q": "nobody"}).text


def test_the_list_costs_the_same_for_two_payments_and_for_many(sam_client, paid, gift):
    few = queries_of(sam_client, LIST)
    for _number in range(15):
        copy_of(paid)
        copy_of(gift)
    assert len(found(sam_client)) == 25
    assert queries_of(sam_client, LIST) == few
