"""Webhooks arrive as Stripe sends them: raw bytes, signed."""

import hashlib
import hmac
import json
import time

import pytest
from django.test import Client

from shop.stripe_payments.models import StripeEvent
from tests.jobs import waiting_jobs

pytestmark = pytest.mark.django_db
SECRET = "whsec_test"


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_older", SECRET]


def event(**changes):
    content = {
        "id": "evt_1",
        "object": "event",
        "type": "charge.updated",
        "api_version": "2026-10-28.endive",
        "livemode": False,
        "data": {"object": {"id": "ch_1"}},
    }
    return json.dumps(content | changes).encode()


def signature(body, *, secret=SECRET, at=None):
    stamp = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def deliver(body, header):
    return Client(enforce_csrf_checks=True).post(
        "/stripe/webhook/", body, content_type="application/json", headers={"stripe-signature": header}
    )


def test_a_signed_event_is_stored_once_and_handed_to_one_job():
    body = event()
    for _ in range(5):
        assert deliver(body, signature(body)).status_code == 200
    assert StripeEvent.objects.count() == 1
    assert waiting_jobs() == ["handle_event"]


def test_an_older_secret_still_counts_while_it_is_being_replaced():
    body = event()
    assert deliver(body, signature(body, secret="whsec_older")).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        "t=1,v1=00",
        signature(event(), secret="whsec_somebody_else"),
        signature(event(), at=int(time.time()) - 3600),
        signature(event(), at=int(time.time()) + 3600),
        signature(event(id="evt_2")),
    ],
    ids=["missing", "nonsense", "ancient", "forged", "old", "from the future", "of another body"],
)
def test_what_stripe_did_not_sign_now_writes_nothing(header):
    assert deliver(event(), header).status_code == 400
    assert not StripeEvent.objects.exists()
    assert waiting_jobs() == []


def test_an_event_of_the_other_mode_is_refused():
    body = event(livemode=True)
    assert deliver(body, signature(body)).status_code == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b"null", b"not json", b'{"id": 1}', b"\xff\xfe"])
def test_signed_nonsense_is_refused(body):
    assert deliver(body, signature(body)).status_code == 400


def test_looking_at_the_webhook_address_is_not_allowed():
    assert Client().get("/stripe/webhook/").status_code == 405
