"""What a payment's own page tells."""

import pytest

from tests.shop.dashboard.money.stage import hear, pay_out, refund

pytestmark = pytest.mark.django_db


def page_of(client, payment):
    page = client.get(f"/dashboard/money/payments/{payment.reference}/")
    assert page.status_code == 200
    return page


def steps(page):
    return [step.what for step in page.context["story"]]


def test_it_says_what_for_how_much_and_what_is_left(sam_client, sandbox, paid, order):
    sandbox.control("clock", offset=60)
    hear(sandbox)
    text = page_of(sam_client, paid).text
    for fact in (
        f"Order {order.number}",
        "Bob Buyer",
        "bob@example.com",
        "$26.50",
        "$1.07",
        "$25.43",
        paid.payment_intent_id,
    ):
        assert fact in text, fact
    assert f'href="/dashboard/orders/{order.number}/"' in text
    assert f"https://dashboard.stripe.com/test/payments/{paid.payment_intent_id}" in text


def test_a_live_payment_is_linked_to_the_live_dashboard(sam_client, paid):
    type(paid).objects.filter(pk=paid.pk).update(is_live=True)
    text = page_of(sam_client, paid).text
    assert f"https://dashboard.stripe.com/payments/{paid.payment_intent_id}" in text
    assert "test mode" not in text


def test_the_story_tells_who_did_what_in_order_of_time(sam_client, sandbox, sam, paid):
    line = paid.lines.get()
    refund(sam_client, paid, how="part", reason="One tag was torn", **{f"amount_{line.pk}": "12"})
    hear(sandbox)
    sandbox.control("clock", offset=60)
    dispute = sandbox.control("dispute", payment_intent=paid.payment_intent_id)
    hear(sandbox)
    sandbox.control("lose-dispute", dispute=dispute["id"])
    pay_out(sandbox)
    page = page_of(sam_client, paid)
    story = page.context["story"]
    assert [step.moment for step in story] == sorted(step.moment for step in story)
    for what in (
        "Asked for",
        "Paid",
        "Refund asked for",
        "Refunded",
        "Questioned the payment",
        "Dispute opened",
        "Dispute lost",
    ):
        assert what in steps(page), what
    asked = next(step for step in story if step.what == "Refund asked for")
    assert (asked.who, asked.amount_minor) == ("sam@example.com", 1200)
    assert "One tag was torn" in asked.details
    lost = next(step for step in story if step.what == "Dispute lost")
    assert lost.event_id.startswith("evt_")
    assert f"/dashboard/money/events/?q={lost.event_id}" in page.text
    assert f'href="/dashboard/money/payouts/{paid.balance_entries.first().payout.stripe_payout_id}/"' in page.text
    assert "Moved the balance: dispute" in page.text


def test_a_refund_from_stripes_dashboard_is_told_as_theirs(sam_client, sandbox, paid):
    from shop.stripe_payments import client

    client.create_refund(
        reference="", idempotency_key="theirs", payment_intent_id=paid.payment_intent_id, amount_minor=500
    )
    hear(sandbox)
    told = next(step for step in page_of(sam_client, paid).context["story"] if step.what == "Refund made at Stripe")
    assert told.amount_minor == 500
    assert "dashboard" in told.who


def test_the_orders_and_the_gifts_page_lead_here(sam_client, paid, gift, order):
    for address, payment in (
        (f"/dashboard/orders/{order.number}/", paid),
        (f"/dashboard/gifts/{gift.lines.get().reference}/", gift),
    ):
        text = sam_client.get(address).text
        assert f'href="/dashboard/money/payments/{payment.reference}/"' in text
        assert f'href="/dashboard/money/payments/{payment.reference}/refund/"' in text


def test_a_payment_that_is_not_there_is_not_found(sam_client, db):
    assert sam_client.get("/dashboard/money/payments/nothing/").status_code == 404
    assert sam_client.get("/dashboard/money/payments/nothing/refund/").status_code == 404
