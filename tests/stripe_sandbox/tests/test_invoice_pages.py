"""The page of an invoice, where a donor mends a renewal that failed."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.billing import invoices_of, let_pass, period, subscribe, use_card

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


def test_page_of_an_open_invoice_takes_another_card(client, subscription, failed):
    page = payer.get(failed.hosted_invoice_url).text
    assert ">Pay $25.00</button>" in page
    assert failed.number in page
    assert payer.pay(failed.hosted_invoice_url).status == 303
    assert "This invoice is paid" in payer.get(failed.hosted_invoice_url).text
    changed = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["default_payment_method"]})
    assert (changed.status, changed.default_payment_method.card.last4) == ("active", "4242")


def test_page_of_an_invoice_says_why_a_card_was_declined(client, failed):
    payer.pay(failed.hosted_invoice_url, card=payer.INSUFFICIENT_FUNDS)
    assert "insufficient funds" in payer.get(failed.hosted_invoice_url).alert
    assert client.v1.invoices.retrieve(failed.id).status == "open"


@pytest.mark.parametrize(("is_genuine", "status"), [(True, "paid"), (False, "open")])
def test_page_of_an_invoice_asks_for_3d_secure(client, failed, is_genuine, status):
    url = failed.hosted_invoice_url
    assert payer.pay(url, card=payer.THREE_D_SECURE).location.endswith("/authenticate")
    payer.answer_authentication(url, is_genuine=is_genuine)
    assert client.v1.invoices.retrieve(failed.id).status == status


@pytest.mark.parametrize("card", [payer.SUCCEEDS, payer.DECLINED])
def test_page_of_an_invoice_charges_once_for_two_sendings(client, failed, card):
    url = failed.hosted_invoice_url
    form = payer.open_form(url)
    fields = {"card_number": card, "expiration": "12 / 40", "cvc": "123", "name": "Alice", **form}
    before = len(client.v1.charges.list({"customer": failed.customer}).data)
    for _ in range(2):
        payer.post(url, fields)
    assert len(client.v1.charges.list({"customer": failed.customer}).data) == before + 1


def test_page_of_an_invoice_needs_its_whole_address(failed):
    assert payer.get(failed.hosted_invoice_url[:-1]).status == 404
