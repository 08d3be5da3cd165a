"""The sandbox forgets on command what happened, so that the next history of very many finds it as new."""

import pytest
import stripe

from tests.stripe_sandbox.payer import pay


def test_all_but_the_endpoints_is_forgotten(client, sandbox, open_session):
    session = open_session()
    pay(session.url)
    endpoint = client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["payout.paid"]})

    sandbox.control("start-over")

    with pytest.raises(stripe.InvalidRequestError, match="No such checkout"):
        client.v1.checkout.sessions.retrieve(session.id)
    assert not client.v1.events.list().data
    assert client.v1.balance.retrieve().available[0].amount == 0
    assert endpoint.id in [kept.id for kept in client.v1.webhook_endpoints.list().data]
    client.v1.webhook_endpoints.delete(endpoint.id)
