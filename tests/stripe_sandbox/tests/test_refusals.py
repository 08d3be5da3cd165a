"""What the contract refused is remembered, so that a test run can tell that the site never sent it."""

from tests.stripe_sandbox.tests.conftest import order, refusal


def test_refused_requests_are_remembered_until_they_are_forgotten(client, sandbox):
    sandbox.control("refusals", forget=True)
    refusal(lambda: client.v1.checkout.sessions.create(order(payment_method_types=["card"])))
    refusal(lambda: client.v1.checkout.sessions.create(order(allow_promotion_codes=True)))
    refusal(lambda: client.v1.payment_links.list())
    sandbox.control("clear")
    told = sandbox.control("refusals", forget=True)["refusals"]
    assert [(one["method"], one["path"]) for one in told] == [
        ("POST", "/v1/checkout/sessions"),
        ("POST", "/v1/checkout/sessions"),
        ("GET", "/v1/payment_links"),
    ]
    assert "payment_method_types" in told[0]["message"]
    assert sandbox.control("refusals") == {"refusals": []}


def test_what_stripe_would_refuse_by_its_own_rules_is_no_breach_of_the_contract(client, sandbox):
    sandbox.control("refusals", forget=True)
    refusal(lambda: client.v1.refunds.create({"charge": "ch_unknown"}))
    refusal(lambda: client.v1.checkout.sessions.create(order(success_url=None)))
    assert sandbox.control("refusals") == {"refusals": []}
