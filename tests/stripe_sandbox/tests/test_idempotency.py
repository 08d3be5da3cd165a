"""Idempotency keys, as https://docs.stripe.com/api/idempotent_requests tells."""

import threading

import pytest
import requests
import stripe

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.conftest import client_of, order, refusal

SESSIONS = "/v1/checkout/sessions"


def sessions_of(client: stripe.StripeClient, reference: str) -> list[str]:
    page = client.v1.checkout.sessions.list({"limit": 100})
    return [session.id for session in page.data if session.client_reference_id == reference]


def test_same_key_and_body_get_the_first_answer_again(client):
    params = order(client_reference_id="twice")
    first = client.v1.checkout.sessions.create(params, {"idempotency_key": "twice"})
    second = client.v1.checkout.sessions.create(params, {"idempotency_key": "twice"})
    assert first.id == second.id
    assert "idempotent-replayed" not in {name.lower() for name in first.last_response.headers}
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert sessions_of(client, "twice") == [first.id]


def test_another_body_under_the_same_key_is_refused(client):
    client.v1.checkout.sessions.create(order(), {"idempotency_key": "other body"})
    params = order(client_reference_id="another")
    error = refusal(lambda: client.v1.checkout.sessions.create(params, {"idempotency_key": "other body"}))
    assert isinstance(error, stripe.IdempotencyError)
    assert error.http_status == 400


def test_same_key_at_another_address_is_refused(client):
    client.v1.customers.create({"name": "Alice"}, {"idempotency_key": "other address"})
    error = refusal(lambda: client.v1.products.create({"name": "Alice"}, {"idempotency_key": "other address"}))
    assert isinstance(error, stripe.IdempotencyError)


def test_server_error_is_replayed_too(client, sandbox):
    options: stripe.RequestOptions = {"idempotency_key": "five hundred"}
    sandbox.control("fault", kind="error")
    assert (
        refusal(lambda: client.v1.checkout.sessions.create(order(client_reference_id="500"), options)).http_status
        == 500
    )
    again = refusal(lambda: client.v1.checkout.sessions.create(order(client_reference_id="500"), options))
    assert again.http_status == 500
    assert again.headers["Idempotent-Replayed"] == "true"
    assert sessions_of(client, "500") == []


def test_server_error_after_the_work_is_replayed_and_the_work_stays(client, sandbox):
    options: stripe.RequestOptions = {"idempotency_key": "done, but"}
    sandbox.control("fault", kind="error_after_commit")
    for _ in range(2):
        assert (
            refusal(lambda: client.v1.checkout.sessions.create(order(client_reference_id="done"), options)).http_status
            == 500
        )
    assert len(sessions_of(client, "done")) == 1


def test_failed_validation_is_forgotten(client):
    options: stripe.RequestOptions = {"idempotency_key": "corrected"}
    assert refusal(lambda: client.v1.checkout.sessions.create(order(success_url=None), options)).http_status == 400
    assert client.v1.checkout.sessions.create(order(), options).status == "open"


def test_refusal_because_of_an_objects_state_is_remembered(client, open_session):
    options: stripe.RequestOptions = {"idempotency_key": "too early"}
    session = open_session()
    payer.pay(session.url, card=payer.DECLINED)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refusal(lambda: client.v1.refunds.create({"payment_intent": intent}, options))
    payer.pay(session.url)
    again = refusal(lambda: client.v1.refunds.create({"payment_intent": intent}, options))
    assert again.headers["Idempotent-Replayed"] == "true"


def test_refusal_of_an_unknown_id_is_remembered(client):
    options: stripe.RequestOptions = {"idempotency_key": "nobody"}
    answers = [refusal(lambda: client.v1.refunds.create({"charge": "ch_unknown"}, options)) for _ in range(2)]
    assert [answer.http_status for answer in answers] == [404, 404]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_rate_limit_is_forgotten(client, sandbox):
    options: stripe.RequestOptions = {"idempotency_key": "slower"}
    sandbox.control("fault", kind="rate_limit")
    assert isinstance(refusal(lambda: client.v1.checkout.sessions.create(order(), options)), stripe.RateLimitError)
    assert client.v1.checkout.sessions.create(order(), options).status == "open"


def test_key_in_use_by_a_request_under_way_conflicts(client, sandbox):
    sandbox.control("fault", kind="slow", seconds=1.5, method="POST")
    options: stripe.RequestOptions = {"idempotency_key": "at once"}
    answers = []
    first = threading.Thread(target=lambda: answers.append(client.v1.checkout.sessions.create(order(), options)))
    first.start()
    threading.Event().wait(0.5)
    error = refusal(lambda: client_of(sandbox).v1.checkout.sessions.create(order(), options))
    first.join()
    assert error.http_status == 409
    assert "in-progress request" in str(error)
    assert client.v1.checkout.sessions.create(order(), options).id == answers[0].id


def test_the_sdk_recovers_from_a_lost_answer_without_a_second_session(sandbox):
    sandbox.control("fault", kind="timeout_after_commit", seconds=1.5, method="POST")
    client = client_of(sandbox, retries=2, timeout=1)
    session = client.v1.checkout.sessions.create(order(client_reference_id="lost"), {"idempotency_key": "lost"})
    assert sessions_of(client, "lost") == [session.id]


def test_key_is_forgotten_after_a_day(client, sandbox):
    options: stripe.RequestOptions = {"idempotency_key": "yesterday"}
    first = client.v1.customers.create({"name": "Alice"}, options)
    sandbox.control("clock", offset=24 * 3600 + 60)
    assert client.v1.customers.create({"name": "Alice"}, options).id != first.id


def test_key_can_be_too_long(client):
    assert isinstance(
        refusal(lambda: client.v1.customers.create({}, {"idempotency_key": "k" * 256})), stripe.IdempotencyError
    )


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_keys_mean_nothing_to_other_methods(sandbox, method):
    headers = {"Authorization": f"Bearer {sandbox.api_key}", "Idempotency-Key": "read"}
    answers = [
        requests.request(method, f"{sandbox.url}/v1/customers/cus_no", headers=headers, timeout=10) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Idempotent-Replayed" not in answers[1].headers
