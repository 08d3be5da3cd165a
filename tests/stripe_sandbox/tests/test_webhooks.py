"""Webhooks: signed, retried until a 2xx, remembered. Source: https://docs.stripe.com/webhooks"""

import time

import pytest
import stripe

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.launch import start_sandbox
from tests.stripe_sandbox.receiver import eventually, listening
from tests.stripe_sandbox.tests.conftest import client_of, order, refusal


@pytest.fixture
def quiet(client, sandbox, listener):
    """Nothing of an earlier test is due or on its way any more."""
    sandbox.control("clock", offset=60)
    eventually(lambda: not client.v1.events.list({"delivery_success": False}).data)
    sandbox.control("clock", offset=0)
    listener.received.clear()


def test_payment_is_told_by_signed_events(client, sandbox, listener, open_session):
    listener.received.clear()
    session = open_session()
    payer.pay(session.url)
    wanted = {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    }
    eventually(lambda: wanted <= set(listener.types(sandbox.webhook_secret)))
    events = listener.events(sandbox.webhook_secret)
    completed = next(event for event in events if event.type == "checkout.session.completed")
    assert completed.data.object["id"] == session.id
    assert (completed.api_version, completed.livemode) == (stripe.api_version, False)
    updated = next(event for event in events if event.type == "charge.updated")
    assert updated.data.previous_attributes.to_dict() == {"balance_transaction": None}


def test_decline_is_told_too(sandbox, listener, open_session):
    listener.received.clear()
    payer.pay(open_session().url, card=payer.DECLINED)
    eventually(
        lambda: {"charge.failed", "payment_intent.payment_failed"} <= set(listener.types(sandbox.webhook_secret))
    )


def test_signature_of_another_secret_is_not_genuine(sandbox, listener, open_session, quiet):
    payer.pay(open_session().url)
    eventually(lambda: bool(listener.received))
    body, signature = listener.received[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_forged")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", signature, sandbox.webhook_secret)


@pytest.mark.parametrize("refusals", [[500, 500], [302, 404]])
def test_delivery_is_repeated_until_it_is_taken(client, sandbox, listener, quiet, refusals):
    listener.answers.extend(refusals)
    customer = client.v1.customers.create({"name": "Alice"})
    eventually(lambda: len(listener.received) == len(refusals) + 1)
    ids = {event.id for event in listener.events(sandbox.webhook_secret)}
    assert len(ids) == 1
    eventually(lambda: client.v1.events.retrieve(next(iter(ids))).pending_webhooks == 0)
    assert client.v1.events.retrieve(next(iter(ids))).data.object["id"] == customer.id


def test_events_are_found_by_delivery_success(client, listener, quiet):
    listener.answers.append(500)
    customer = client.v1.customers.create({"name": "Bob"})

    def found(is_delivered: bool) -> bool:
        events = client.v1.events.list({"delivery_success": is_delivered, "type": "customer.created"}).data
        return customer.id in [event.data.object["id"] for event in events]

    assert found(False)
    eventually(lambda: found(True))
    assert not found(False)


def test_event_tells_the_request_that_caused_it(client, listener):
    customer = client.v1.customers.create({"name": "Alice"}, {"idempotency_key": "cause"})
    event = client.v1.events.list({"type": "customer.created", "limit": 1}).data[0]
    assert event.data.object["id"] == customer.id
    assert event.request.idempotency_key == "cause"
    assert event.request.id == customer.last_response.request_id


def test_events_are_listed_by_a_group(client):
    client.v1.customers.create({"name": "Alice"})
    events = client.v1.events.list({"type": "customer.*"}).data
    assert events[0].type == "customer.created"
    assert client.v1.events.list({"type": "custom"}).data == []


def test_events_are_listed_by_types(client):
    client.v1.customers.create({"name": "Alice"})
    client.v1.products.create({"name": "Tag"})
    types = {event.type for event in client.v1.events.list({"types": ["customer.created", "product.created"]}).data}
    assert types == {"customer.created", "product.created"}


def test_registered_endpoint_gets_only_what_it_asked_for(client):
    with listening() as other:
        endpoint = client.v1.webhook_endpoints.create({"url": other.url, "enabled_events": ["customer.deleted"]})
        customer = client.v1.customers.create({"name": "Alice"})
        client.v1.customers.delete(customer.id)
        eventually(lambda: other.types(endpoint.secret) == ["customer.deleted"])
        client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
        client.v1.customers.delete(client.v1.customers.create({"name": "Bob"}).id)
        assert client.v1.webhook_endpoints.delete(endpoint.id).deleted
    assert refusal(lambda: client.v1.webhook_endpoints.retrieve(endpoint.id)).code == "resource_missing"
    assert len(other.received) == 1


def test_secret_of_an_endpoint_is_told_only_once(client):
    endpoint = client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/hook", "enabled_events": ["payout.paid"]})
    assert endpoint.secret.startswith("whsec_")
    assert "secret" not in client.v1.webhook_endpoints.retrieve(endpoint.id)
    client.v1.webhook_endpoints.delete(endpoint.id)


def test_endpoint_needs_an_address(client):
    error = refusal(lambda: client.v1.webhook_endpoints.create({"url": "hook", "enabled_events": ["*"]}))
    assert error.param == "url"


def test_dropped_webhook_never_arrives(client, sandbox, listener, quiet):
    sandbox.control("drop-webhooks", count=1)
    client.v1.customers.create({"name": "Lost"})
    event = client.v1.events.list({"type": "customer.created", "limit": 1}).data[0]
    eventually(lambda: client.v1.events.retrieve(event.id).pending_webhooks == 0)
    assert listener.received == []


def test_event_can_be_sent_again(client, sandbox, listener, quiet):
    client.v1.customers.create({"name": "Again"})
    event = client.v1.events.list({"type": "customer.created", "limit": 1}).data[0]
    eventually(lambda: client.v1.events.retrieve(event.id).pending_webhooks == 0)
    listener.received.clear()
    assert sandbox.control("resend", event=event.id) == {"deliveries": 1}
    eventually(lambda: [one.id for one in listener.events(sandbox.webhook_secret)] == [event.id])


def test_delivery_is_given_up_after_the_last_wait_of_the_schedule():
    with listening() as listener, start_sandbox(webhook_url=listener.url, retry_schedule=(0.1, 0.1)) as sandbox:
        listener.answers.extend([500] * 9)
        client = client_of(sandbox)
        client.v1.customers.create({"name": "Alice"})
        eventually(lambda: len(listener.received) == 3)
        time.sleep(1.2)
        assert len(listener.received) == 3
        assert len(client.v1.events.list({"delivery_success": False}).data) == 1


def test_slow_listener_holds_nobody_up():
    with listening() as listener, start_sandbox(webhook_url="http://10.255.255.1:9/never") as sandbox:
        client = client_of(sandbox)
        client.v1.webhook_endpoints.create({"url": listener.url, "enabled_events": ["*"]})
        started = time.monotonic()
        session = client.v1.checkout.sessions.create(order())
        payer.pay(session.url)
        assert time.monotonic() - started < 3
