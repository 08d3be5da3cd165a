"""Checkout Sessions: what they are made of, their rules, and their end."""

import time

import pytest
import stripe

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.receiver import eventually
from tests.stripe_sandbox.tests.conftest import order, refusal

EXPANDED = "payment_intent.latest_charge.balance_transaction"


def test_total_is_computed_from_lines_and_shipping(open_session):
    shipping = {"shipping_rate_data": {"display_name": "Mail", "fixed_amount": {"amount": 450, "currency": "usd"}}}
    session = open_session(shipping_options=[shipping])
    assert (session.amount_subtotal, session.amount_total) == (2850, 3300)
    assert session.total_details.amount_shipping == 450


def test_new_session_is_open_unpaid_and_has_no_intent(open_session):
    session = open_session()
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert session.livemode is False
    assert session.expires_at == session.created + 24 * 60 * 60


def test_line_items_are_listed_in_their_order_and_by_page(client, open_session):
    session = open_session()
    first = client.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert (first.data[0].description, first.has_more) == ("Luggage tag", True)
    names = [item.description for item in first.auto_paging_iter()]
    assert names == ["Luggage tag", "Shipping"]


def test_lines_may_name_a_price(client, open_session):
    product = client.v1.products.create({"name": "Key chain"})
    price = client.v1.prices.create({"currency": "usd", "unit_amount": 900, "product": product.id})
    session = open_session(line_items=[{"price": price.id, "quantity": 3}], expand=["line_items.data.price.product"])
    assert session.amount_total == 2700
    assert session.line_items.data[0].price.product.name == "Key chain"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"mode": None}, "mode"),
        ({"success_url": None}, "success_url"),
        ({"success_url": "/thank-you/"}, "success_url"),
        ({"success_url": "http://[::1"}, "success_url"),
        ({"success_url": "http://shop.example:99999/"}, "success_url"),
        ({"currency": "eur"}, "currency"),
        ({"cancel_url": "javascript:alert(1)"}, "cancel_url"),
        ({"line_items": None}, "line_items"),
        ({"customer_email": "alice"}, "customer_email"),
        ({"customer_email": "alice@example.org\nbcc:bob@example.org"}, "customer_email"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"metadata": {"x" * 41: "1"}}, "metadata"),
        ({"metadata": {"x": "1" * 501}}, "metadata[x]"),
        ({"metadata": {f"key {n}": "1" for n in range(51)}}, "metadata"),
        ({"submit_type": "subscribe"}, "submit_type"),
        ({"customer": "cus_unknown"}, "customer"),
        ({"custom_text": {"submit": {"message": "x" * 1201}}}, "custom_text[submit][message]"),
    ],
)
def test_rule_across_fields_is_kept(client, changes, param):
    error = refusal(lambda: client.v1.checkout.sessions.create(order(**changes)))
    assert isinstance(error, stripe.InvalidRequestError)
    assert error.param == param


@pytest.mark.parametrize(
    ("amount", "code"), [(49, "amount_too_small"), (50, None), (99_999_999, None), (100_000_000, "amount_too_large")]
)
def test_charge_has_a_smallest_and_a_largest_amount(client, amount, code):
    price = {"currency": "usd", "unit_amount": amount, "product_data": {"name": "Gift"}}
    params = order(line_items=[{"quantity": 1, "price_data": price}])
    if code is None:
        assert client.v1.checkout.sessions.create(params).amount_total == amount
    else:
        assert refusal(lambda: client.v1.checkout.sessions.create(params)).code == code


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000])
def test_quantity_has_bounds(client, quantity):
    price = {"currency": "usd", "unit_amount": 100, "product_data": {"name": "Tag"}}
    params = order(line_items=[{"quantity": quantity, "price_data": price}])
    assert refusal(lambda: client.v1.checkout.sessions.create(params)).param == "line_items[0][quantity]"


def test_currencies_are_not_mixed(client):
    prices = [{"currency": name, "unit_amount": 100, "product_data": {"name": "Tag"}} for name in ("usd", "eur")]
    params = order(line_items=[{"quantity": 1, "price_data": price} for price in prices])
    assert refusal(lambda: client.v1.checkout.sessions.create(params)).param == "line_items"


def test_at_most_a_hundred_lines(client, open_session):
    price = {"currency": "usd", "unit_amount": 100, "product_data": {"name": "Tag"}}
    lines = [{"quantity": 1, "price_data": price}] * 100
    assert open_session(line_items=lines).amount_total == 10_000
    assert (
        refusal(lambda: client.v1.checkout.sessions.create(order(line_items=[*lines, lines[0]]))).param == "line_items"
    )


@pytest.mark.parametrize(
    ("ahead", "is_taken"), [(20 * 60, False), (31 * 60, True), (23 * 3600, True), (25 * 3600, False)]
)
def test_expiry_lies_between_half_an_hour_and_a_day(client, ahead, is_taken):
    params = order(expires_at=int(time.time()) + ahead)
    if is_taken:
        assert client.v1.checkout.sessions.create(params).expires_at == params["expires_at"]
    else:
        assert refusal(lambda: client.v1.checkout.sessions.create(params)).param == "expires_at"


@pytest.mark.parametrize("suffix", ["TAGS <3", "2026", "A SUFFIX MUCH TOO LONG", "ÉTÉ", "A*B"])
def test_statement_descriptor_suffix_has_rules(client, suffix):
    params = order(payment_intent_data={"statement_descriptor_suffix": suffix})
    error = refusal(lambda: client.v1.checkout.sessions.create(params))
    assert error.param == "payment_intent_data[statement_descriptor_suffix]"


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "subscription"},
        {"ui_mode": "embedded_page"},
        {"allow_promotion_codes": True},
        {"automatic_tax": {"enabled": True}},
        {"payment_intent_data": {"capture_method": "manual"}},
    ],
)
def test_what_is_not_imitated_is_said_and_not_ignored(client, changes):
    error = refusal(lambda: client.v1.checkout.sessions.create(order(**changes)))
    assert error.http_status == 501


def test_route_that_is_not_imitated_names_itself(client):
    error = refusal(lambda: client.v1.payment_links.list())
    assert error.http_status == 501
    assert "GET /v1/payment_links" in str(error)


def test_open_session_can_be_expired_once(client, open_session):
    session = open_session()
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert client.v1.checkout.sessions.retrieve(session.id).url is None
    assert "open" in str(refusal(lambda: client.v1.checkout.sessions.expire(session.id)))


def test_paid_session_cannot_be_expired(client, open_session):
    session = open_session()
    payer.pay(session.url)
    assert isinstance(refusal(lambda: client.v1.checkout.sessions.expire(session.id)), stripe.InvalidRequestError)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_session_expires_by_itself(client, open_session, sandbox, listener):
    session = open_session(expires_at=int(time.time()) + 31 * 60)
    sandbox.control("clock", offset=32 * 60)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"

    def is_told() -> bool:
        events = listener.events(sandbox.webhook_secret)
        return any(
            event.type == "checkout.session.expired" and event.data.object["id"] == session.id for event in events
        )

    eventually(is_told)


def test_expired_session_cancels_its_unpaid_intent(client, open_session):
    session = open_session()
    payer.pay(session.url, card=payer.DECLINED)
    client.v1.checkout.sessions.expire(session.id)
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert session.payment_intent.status == "canceled"


def test_paid_session_leads_to_charge_fee_and_net(client, open_session):
    session = open_session(payment_intent_data={"metadata": {"order": "A7K2"}, "description": "Order A7K2"})
    payer.pay(session.url)
    found = []

    def is_settled() -> bool:
        found.append(client.v1.checkout.sessions.retrieve(session.id, {"expand": [EXPANDED]}))
        return found[-1].payment_intent.latest_charge.balance_transaction is not None

    eventually(is_settled)
    intent = found[-1].payment_intent
    balance = intent.latest_charge.balance_transaction
    assert (found[-1].status, found[-1].payment_status) == ("complete", "paid")
    assert intent.latest_charge.metadata.to_dict() == {"order": "A7K2"}
    assert (balance.amount, balance.fee, balance.net) == (2850, 113, 2737)


def test_sessions_metadata_is_not_copied_to_the_intent(client, open_session):
    session = open_session(metadata={"order": "A7K2"})
    payer.pay(session.url)
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert session.payment_intent.metadata.to_dict() == {}


def test_customer_is_made_when_asked_for(client, open_session):
    session = open_session(customer_creation="always")
    payer.pay(session.url, email="alice@example.org", name="Alice")
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert (session.customer.email, session.customer.name) == ("alice@example.org", "Alice")


def test_metadata_of_a_session_can_be_changed_and_cleared(client, open_session):
    session = open_session(metadata={"a": "1", "b": "2"})
    session = client.v1.checkout.sessions.update(session.id, {"metadata": {"a": "", "c": "3"}})
    assert session.metadata.to_dict() == {"b": "2", "c": "3"}
    assert client.v1.checkout.sessions.update(session.id, {"metadata": ""}).metadata.to_dict() == {}
