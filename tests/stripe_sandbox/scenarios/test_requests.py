"""What needs no payment: sessions, idempotency, refusals, lists, and objects that are only kept."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.scenarios.targets import line


def refusal(call: Callable[[], Any]) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as caught:
        call()
    return caught.value


def test_new_session_is_open_and_unpaid(target):
    session = target.session(client_reference_id="A7K2", metadata={"payment": "A7K2"})
    assert (session.object, session.status, session.payment_status) == ("checkout.session", "open", "unpaid")
    assert (session.amount_subtotal, session.amount_total, session.currency) == (2850, 2850, "usd")
    assert (session.livemode, session.payment_intent, session.client_reference_id) == (False, None, "A7K2")
    assert session.url
    assert session.url.startswith("http")
    assert session.expires_at - session.created == 24 * 3600


def test_lines_are_listed_with_their_prices(target):
    session = target.session(line_items=[line("Luggage tag", 1200, quantity=2)])
    (item,) = target.client.v1.checkout.sessions.line_items.list(session.id).data
    assert (item.description, item.quantity, item.amount_total) == ("Luggage tag", 2, 2400)
    assert item.price.unit_amount == 1200


def test_shipping_option_adds_to_the_total(target):
    rate = {"display_name": "Mail", "type": "fixed_amount", "fixed_amount": {"amount": 450, "currency": "usd"}}
    session = target.session(shipping_options=[{"shipping_rate_data": rate}])
    assert (session.amount_total, session.total_details.amount_shipping) == (2850 + 450, 450)


@pytest.mark.parametrize(("inclusive", "total"), [(False, 1307), (True, 1200)])
def test_tax_rate_adds_to_the_total_unless_it_is_contained(target, inclusive, total):
    rate = target.client.v1.tax_rates.create({"display_name": "Tax", "percentage": 8.875, "inclusive": inclusive})
    session = target.session(line_items=[{**line("Tag", 1200), "tax_rates": [rate.id]}])
    assert session.amount_total == total


def test_session_is_expired_once(target):
    session = target.session()
    expired = target.client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    error = refusal(lambda: target.client.v1.checkout.sessions.expire(session.id))
    assert isinstance(error, stripe.InvalidRequestError)


def test_expired_session_is_told_by_an_event(target):
    session = target.session()
    target.client.v1.checkout.sessions.expire(session.id)

    def is_told() -> bool:
        events = target.client.v1.events.list({"type": "checkout.session.expired", "limit": 20}).data
        return session.id in [event.data.object["id"] for event in events]

    target.eventually(is_told)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"surprise": "1"}, "parameter_unknown"),
        ({"payment_method_types": ["card"]}, "parameter_unknown"),
        ({"success_url": "nowhere"}, "url_invalid"),
        ({"customer": "cus_nobody"}, "resource_missing"),
        ({"line_items": [line("Dust", 1)]}, "amount_too_small"),
    ],
)
def test_wrong_request_is_refused_by_its_code(target, changes, code):
    error = refusal(lambda: target.session(**changes))
    assert isinstance(error, stripe.InvalidRequestError)
    assert error.code == code


def test_same_key_gives_the_first_answer_again(target):
    key = {"idempotency_key": f"scenario {uuid.uuid4()}"}
    customers = target.client.v1.customers
    first, second = (customers.create({"name": "Alice"}, key) for _ in range(2))
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert isinstance(refusal(lambda: customers.create({"name": "Bob"}, key)), stripe.IdempotencyError)
    customers.delete(first.id)


def test_customer_is_created_changed_and_deleted(target):
    customers = target.client.v1.customers
    customer = customers.create({"email": "alice@example.com", "metadata": {"a": "1", "b": "2"}})
    changed = customers.update(customer.id, {"name": "Alice", "metadata": {"a": ""}})
    assert (changed.name, changed.metadata.to_dict()) == ("Alice", {"b": "2"})
    assert customers.delete(customer.id).deleted
    assert customers.retrieve(customer.id).deleted


def test_product_and_price_can_be_sold(target):
    product = target.client.v1.products.create({"name": "Key chain"})
    price = target.client.v1.prices.create({"currency": "usd", "unit_amount": 900, "product": product.id})
    assert target.session(line_items=[{"price": price.id, "quantity": 3}]).amount_total == 2700
    target.client.v1.prices.update(price.id, {"active": False})
    assert isinstance(
        refusal(lambda: target.session(line_items=[{"price": price.id, "quantity": 1}])), stripe.InvalidRequestError
    )


def test_webhook_endpoint_tells_its_secret_once(target):
    endpoints = target.client.v1.webhook_endpoints
    made = endpoints.create({"url": "https://example.com/hook", "enabled_events": ["charge.dispute.created"]})
    assert made.secret.startswith("whsec_")
    assert "secret" not in endpoints.retrieve(made.id)
    assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
    assert endpoints.delete(made.id).deleted


def test_lists_are_paged_newest_first(target):
    made = [target.session(client_reference_id=f"page {number}").id for number in range(3)]
    first = target.client.v1.checkout.sessions.list({"limit": 2})
    assert [session.id for session in first.data] == [made[2], made[1]]
    assert first.has_more
    following = target.client.v1.checkout.sessions.list({"limit": 1, "starting_after": made[1]})
    assert [session.id for session in following.data] == [made[0]]


@pytest.mark.parametrize("kind", ["disputes", "refunds", "payouts", "charges"])
def test_unknown_object_is_missing(target, kind):
    error = refusal(lambda: getattr(target.client.v1, kind).retrieve("xx_nothing"))
    assert (error.http_status, error.code) == (404, "resource_missing")


def test_balance_tells_its_currency(target):
    balance = target.client.v1.balance.retrieve()
    assert (balance.object, balance.livemode) == ("balance", False)
    assert "usd" in [one.currency for one in balance.available]
