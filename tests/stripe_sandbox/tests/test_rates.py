"""Shipping rates and tax rates, and what sessions make of them."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.conftest import line, refusal


def rate_of(client, percentage: float, *, inclusive: bool = False):
    return client.v1.tax_rates.create({"display_name": "Tax", "percentage": percentage, "inclusive": inclusive})


def test_shipping_rate_is_created_changed_listed_and_used(client, open_session):
    fixed = {"amount": 450, "currency": "usd"}
    estimate = {"maximum": {"unit": "business_day", "value": 5}}
    rate = client.v1.shipping_rates.create(
        {"display_name": "Mail", "fixed_amount": fixed, "delivery_estimate": estimate}
    )
    assert client.v1.shipping_rates.update(rate.id, {"metadata": {"zone": "us"}}).metadata.to_dict() == {"zone": "us"}
    assert client.v1.shipping_rates.retrieve(rate.id).delivery_estimate.maximum.value == 5
    assert rate.id in [one.id for one in client.v1.shipping_rates.list({"currency": "usd", "active": True}).data]
    assert client.v1.shipping_rates.list({"currency": "eur"}).data == []
    assert open_session(shipping_options=[{"shipping_rate": rate.id}]).amount_total == 2850 + 450
    client.v1.shipping_rates.update(rate.id, {"active": False})
    error = refusal(lambda: open_session(shipping_options=[{"shipping_rate": rate.id}]))
    assert error.param == "shipping_options[0][shipping_rate]"


@pytest.mark.parametrize(
    ("fixed", "param"),
    [
        ({"amount": -1, "currency": "usd"}, "fixed_amount[amount]"),
        ({"amount": 1, "currency": "xxx"}, "fixed_amount[currency]"),
        (None, "fixed_amount"),
    ],
)
def test_shipping_rate_needs_an_amount(client, fixed, param):
    params = {"display_name": "Mail", **({"fixed_amount": fixed} if fixed else {})}
    assert refusal(lambda: client.v1.shipping_rates.create(params)).param == param


def test_tax_rate_is_created_changed_and_listed(client):
    rate = rate_of(client, 8.875)
    assert client.v1.tax_rates.update(rate.id, {"display_name": "Sales tax", "active": False}).active is False
    assert client.v1.tax_rates.retrieve(rate.id).percentage == 8.875
    assert rate.id in [one.id for one in client.v1.tax_rates.list({"active": False, "inclusive": False}).data]
    assert client.v1.events.list({"type": "tax_rate.*", "limit": 1}).data[0].type == "tax_rate.updated"
    assert refusal(lambda: rate_of(client, 101)).param == "percentage"


@pytest.mark.parametrize(("inclusive", "total", "tax"), [(False, 1307, 107), (True, 1200, 98)])
def test_tax_is_added_to_a_line_or_contained_in_it(client, open_session, inclusive, total, tax):
    rate = rate_of(client, 8.875, inclusive=inclusive)
    session = open_session(line_items=[{**line("Tag", 1200), "tax_rates": [rate.id]}], expand=["line_items"])
    assert (session.amount_subtotal, session.amount_total, session.total_details.amount_tax) == (1200, total, tax)
    assert session.line_items.data[0].amount_tax == tax
    page = payer.get(session.url).text
    assert f"<dt>Tax</dt><dd>${tax / 100:.2f}</dd>" in page
    assert payer.pay(session.url).status == 303
    expanded = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert expanded.payment_intent.amount_received == total


def test_inactive_tax_rate_is_refused(client, open_session):
    rate = rate_of(client, 5)
    client.v1.tax_rates.update(rate.id, {"active": False})
    error = refusal(lambda: open_session(line_items=[{**line("Tag", 1200), "tax_rates": [rate.id]}]))
    assert error.param == "line_items[0][tax_rates]"
