"""Faults on command: what goes wrong, for which requests, how often, and what has happened all the same."""

import pytest
import stripe

from tests.stripe_sandbox.tests.conftest import client_of, refusal


def names(client: stripe.StripeClient) -> list[str | None]:
    return [customer.name for customer in client.v1.customers.list({"limit": 100}).data]


@pytest.mark.parametrize(
    ("kind", "status", "is_done", "error"),
    [
        ("error", 500, False, stripe.APIError),
        ("error_after_commit", 500, True, stripe.APIError),
        ("rate_limit", 429, False, stripe.RateLimitError),
        ("conflict", 409, False, stripe.APIError),
        ("timeout_before_commit", None, False, stripe.APIConnectionError),
        ("timeout_after_commit", None, True, stripe.APIConnectionError),
    ],
)
def test_fault_does_the_work_or_does_not(client, sandbox, kind, status, is_done, error):
    sandbox.control("fault", kind=kind)
    problem = refusal(lambda: client.v1.customers.create({"name": kind}, {"idempotency_key": f"fault {kind}"}))
    assert isinstance(problem, error)
    assert problem.http_status == status
    assert (kind in names(client)) is is_done


@pytest.mark.parametrize("kind", ["rate_limit", "conflict", "timeout_before_commit", "timeout_after_commit"])
def test_same_key_works_after_a_fault_that_is_forgotten(client, sandbox, kind):
    name, options = f"again {kind}", {"idempotency_key": f"again {kind}"}
    sandbox.control("fault", kind=kind)
    refusal(lambda: client.v1.customers.create({"name": name}, options))
    assert client.v1.customers.create({"name": name}, options).name == name
    assert names(client).count(name) == 1


def test_slow_answer_is_an_answer(sandbox):
    sandbox.control("fault", kind="slow", seconds=0.4, path="/v1/customers")
    impatient = client_of(sandbox, timeout=0.2)
    assert isinstance(refusal(lambda: impatient.v1.customers.create({"name": "slow"})), stripe.APIConnectionError)
    assert client_of(sandbox).v1.customers.create({"name": "patient"}).name == "patient"


def test_fault_is_for_chosen_requests_and_as_often_as_told(client, sandbox):
    sandbox.control("fault", kind="error", method="POST", path="/v1/products", times=2)
    assert client.v1.customers.create({"name": "other path"}).id
    assert client.v1.products.list().data is not None
    for _ in range(2):
        assert refusal(lambda: client.v1.products.create({"name": "Tag"})).http_status == 500
    assert client.v1.products.create({"name": "Tag"}).id


def test_faults_are_taken_in_the_order_in_which_they_were_planned(client, sandbox):
    sandbox.control("fault", kind="rate_limit")
    sandbox.control("fault", kind="conflict")
    answers = [refusal(lambda: client.v1.customers.create({})).http_status for _ in range(2)]
    assert answers == [429, 409]


def test_unknown_fault_is_refused(sandbox):
    with pytest.raises(OSError, match="400"):
        sandbox.control("fault", kind="earthquake")
