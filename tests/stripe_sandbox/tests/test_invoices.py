"""Invoices: read, paid, voided and written off by API."""

import pytest

from tests.stripe_sandbox.receiver import eventually
from tests.stripe_sandbox.tests.billing import (
    MONTH,
    events_about,
    invoices_of,
    let_pass,
    period,
    subscribe,
    use_card,
)
from tests.stripe_sandbox.tests.conftest import refusal

HOUR = 60 * 60


@pytest.fixture
def subscription(client):
    return subscribe(client)


@pytest.fixture
def failed(client, sandbox, subscription):
    """The open invoice of a renewal whose card was declined."""
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    _, end = period(subscription)
    let_pass(sandbox, end - subscription.created + 2 * HOUR)
    return invoices_of(client, subscription)[0]


@pytest.fixture
def draft(client, sandbox, subscription):
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "keep_as_draft"}})
    let_pass(sandbox, MONTH)
    return invoices_of(client, subscription)[0]


def test_numbers_count_up_for_each_customer(client, sandbox, subscription):
    let_pass(sandbox, MONTH)
    newer, older = (invoice.number for invoice in invoices_of(client, subscription))
    prefix = client.v1.customers.retrieve(subscription.customer).invoice_prefix
    assert (older, newer) == (f"{prefix}-0001", f"{prefix}-0002")


def test_line_tells_product_amount_and_period(client, subscription):
    line = client.v1.invoices.line_items.list(subscription.latest_invoice).data[0]
    assert line.description == "1 × Monthly gift (at $25.00 / month)"
    assert (line.amount, line.period.start, line.period.end) == (2500, *period(subscription))
    item = subscription["items"].data[0]
    assert line.parent.subscription_item_details.subscription_item == item.id
    assert line.pricing.price_details.price == item.price.id


def test_lists_are_filtered_by_customer_status_and_subscription(client, subscription):
    other = subscribe(client)
    for wish in ({"customer": subscription.customer}, {"subscription": subscription.id}):
        assert [one.id for one in client.v1.invoices.list(wish).data] == [subscription.latest_invoice]
        assert client.v1.invoices.list({**wish, "status": "open"}).data == []
    assert [one.id for one in client.v1.invoices.list({"customer": other.customer}).data] == [other.latest_invoice]


def test_subscription_behind_an_invoice_is_expanded(client, subscription):
    expand = {"expand": ["parent.subscription_details.subscription"]}
    invoice = client.v1.invoices.retrieve(subscription.latest_invoice, expand)
    assert invoice.parent.subscription_details.subscription.id == subscription.id


def test_payment_with_another_card_ends_the_arrears(client, subscription, failed):
    good = client.v1.payment_methods.attach("pm_card_visa", {"customer": subscription.customer}).id
    paid = client.v1.invoices.pay(failed.id, {"payment_method": good})
    assert (paid.status, paid.amount_remaining, paid.next_payment_attempt, paid.attempt_count) == ("paid", 0, None, 1)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert refusal(lambda: client.v1.invoices.pay(failed.id)).code == "invoice_already_paid"


def test_declined_payment_is_an_error_and_stays_on_the_books(client, failed):
    error = refusal(lambda: client.v1.invoices.pay(failed.id, {}, {"idempotency_key": f"try {failed.id}"}))
    assert (error.http_status, error.code) == (402, "card_declined")
    assert events_about(client, failed.id, "invoice.payment_failed") == ["invoice.payment_failed"] * 2
    assert len(client.v1.charges.list({"customer": failed.customer}).data) == 3
    invoice = client.v1.invoices.retrieve(failed.id)
    assert (invoice.attempt_count, invoice.next_payment_attempt) == (1, failed.next_payment_attempt)
    refusal(lambda: client.v1.invoices.pay(failed.id, {}, {"idempotency_key": f"try {failed.id}"}))
    assert len(client.v1.charges.list({"customer": failed.customer}).data) == 3


def test_voided_invoice_cancels_its_intent_and_is_not_tried_again(client, sandbox, subscription, failed):
    assert client.v1.invoices.void_invoice(failed.id).status == "void"
    payment = client.v1.invoice_payments.list({"invoice": failed.id, "expand": ["data.payment.payment_intent"]}).data[0]
    intent = payment.payment.payment_intent
    assert (payment.status, intent.status, intent.cancellation_reason) == ("canceled", "canceled", "void_invoice")
    charges = len(client.v1.charges.list({"customer": failed.customer}).data)
    let_pass(sandbox, MONTH)
    assert len(client.v1.charges.list({"customer": failed.customer}).data) == charges
    assert refusal(lambda: client.v1.invoices.pay(failed.id)).http_status == 400
    assert events_about(client, failed.id)[-1] == "invoice.voided"


def test_uncollectible_invoice_can_still_be_paid(client, subscription, failed):
    written_off = client.v1.invoices.mark_uncollectible(failed.id)
    assert (written_off.status, written_off.status_details.uncollectible.reason) == ("uncollectible", "user_forgiven")
    assert events_about(client, failed.id)[-1] == "invoice.marked_uncollectible"
    good = client.v1.payment_methods.attach("pm_card_visa", {"customer": subscription.customer}).id
    assert client.v1.invoices.pay(failed.id, {"payment_method": good}).status == "paid"


def test_kept_draft_is_finalized_and_collected_when_told_to(client, draft):
    assert (draft.status, draft.hosted_invoice_url) == ("draft", None)
    done = client.v1.invoices.finalize_invoice(draft.id)
    assert done.status == "open"
    assert client.v1.invoices.pay(draft.id).status == "paid"


def test_kept_draft_goes_on_by_itself_when_it_may(client, sandbox, draft):
    going = client.v1.invoices.update(draft.id, {"auto_advance": True, "metadata": {"note": "later"}})
    assert going.automatically_finalizes_at is not None
    let_pass(sandbox, MONTH + 2 * HOUR)
    assert client.v1.invoices.retrieve(draft.id).status == "paid"


@pytest.mark.parametrize("step", ["finalize_invoice", "void_invoice", "mark_uncollectible"])
def test_paid_invoice_is_closed(client, subscription, step):
    error = refusal(lambda: getattr(client.v1.invoices, step)(subscription.latest_invoice))
    assert error.http_status == 400


def test_finalization_can_be_made_to_fail(client, sandbox, subscription):
    sandbox.control("finalization", customer=subscription.customer, fails=True)
    let_pass(sandbox, MONTH)
    invoice = invoices_of(client, subscription)[0]
    assert (invoice.status, invoice.auto_advance) == ("draft", False)
    assert invoice.last_finalization_error.code == "customer_tax_location_invalid"
    assert events_about(client, invoice.id)[-1] == "invoice.finalization_failed"
    sandbox.control("finalization", customer=subscription.customer, fails=False)
    assert client.v1.invoices.pay(invoice.id).status == "paid"


def test_charge_of_a_renewal_settles_in_its_own_time(client, sandbox, subscription):
    _, end = period(subscription)
    let_pass(sandbox, MONTH)
    charge = client.v1.charges.list({"customer": subscription.customer, "limit": 1}).data[0]
    eventually(lambda: client.v1.charges.retrieve(charge.id).balance_transaction is not None)
    balance = client.v1.balance_transactions.list({"source": charge.id}).data[0]
    assert balance.created == charge.created == end + HOUR
