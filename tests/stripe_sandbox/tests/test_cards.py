"""Every documented test card does what its page says: https://docs.stripe.com/testing"""

from datetime import UTC, datetime

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.cards import CardRefused, passes_luhn, read_card

NOW = datetime(2026, 11, 24, tzinfo=UTC)

BRANDS = [
    ("4242424242424242", "visa", "123"),
    ("4000056655665556", "visa", "123"),
    ("5555555555554444", "mastercard", "123"),
    ("2223003122003222", "mastercard", "123"),
    ("378282246310005", "amex", "1234"),
    ("6011111111111117", "discover", "123"),
    ("3056930009020004", "diners", "123"),
    ("3566002020360505", "jcb", "123"),
    ("6200000000000005", "unionpay", "123"),
    ("6205500000000000004", "unionpay", "123"),
]
DECLINES = [
    ("4000000000000002", "card_declined", "generic_decline", "Your card was declined."),
    ("4000000000009995", "card_declined", "insufficient_funds", "Your card has insufficient funds."),
    ("4000000000009987", "card_declined", "lost_card", "Your card was declined."),
    ("4000000000009979", "card_declined", "stolen_card", "Your card was declined."),
    ("4000000000000069", "expired_card", "expired_card", "Your card has expired."),
    ("4000000000000127", "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    ("4000000000000119", "processing_error", "processing_error", "An error occurred while processing your card."),
    ("4000000000006975", "card_declined", "card_velocity_exceeded", "Your card was declined for making repeated"),
    ("4012888888881881", "card_declined", "test_mode_live_card", "Your request was in test mode"),
]


@pytest.mark.parametrize(("number", "brand", "cvc"), BRANDS)
def test_card_of_each_brand_succeeds(client, open_session, number, brand, cvc):
    session = open_session()
    assert payer.pay(session.url, card=number, cvc=cvc).status == 303
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    card = session.payment_intent.latest_charge.payment_method_details.card
    assert (session.payment_status, card.brand, card.last4) == ("paid", brand, number[-4:])


@pytest.mark.parametrize(("number", "code", "decline_code", "message"), DECLINES)
def test_declined_card_says_why_and_charges_nothing(client, open_session, number, code, decline_code, message):
    session = open_session()
    page = payer.pay(session.url, card=number)
    assert page.status == 200
    assert message.replace("'", "&#39;") in page.alert
    assert "Nothing was charged." in page.alert
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    problem = session.payment_intent.last_payment_error
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.payment_intent.status, problem.code, problem.decline_code) == (
        "requires_payment_method",
        code,
        decline_code,
    )
    assert (session.payment_intent.latest_charge.status, session.payment_intent.latest_charge.paid) == ("failed", False)


def test_session_still_succeeds_after_a_decline_on_the_same_intent(client, open_session):
    session = open_session()
    payer.pay(session.url, card=payer.DECLINED)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert payer.pay(session.url).status == 303
    assert client.v1.checkout.sessions.retrieve(session.id).payment_intent == intent
    assert [charge.status for charge in client.v1.charges.list({"payment_intent": intent}).data] == [
        "succeeded",
        "failed",
    ]
    assert client.v1.payment_intents.retrieve(intent).last_payment_error is None


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184", "4000003800000446"])
def test_3d_secure_card_succeeds_once_the_bank_agrees(client, open_session, number):
    session = open_session()
    page = payer.pay(session.url, card=number)
    assert page.location.endswith("/authenticate")
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert client.v1.payment_intents.retrieve(intent).status == "requires_action"
    assert payer.answer_authentication(session.url).location.startswith("http://shop.example/thank-you/")
    assert client.v1.payment_intents.retrieve(intent).status == "succeeded"


def test_3d_secure_card_fails_when_the_bank_does_not_agree(client, open_session):
    session = open_session()
    payer.pay(session.url, card=payer.THREE_D_SECURE)
    assert payer.answer_authentication(session.url, is_genuine=False).location == f"/c/pay/{session.id}"
    assert "unable to authenticate" in payer.get(session.url).alert
    intent = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert intent.latest_charge is None


def test_3d_secure_card_can_still_be_declined_afterwards(client, open_session):
    session = open_session()
    payer.pay(session.url, card="4000008260003178")
    payer.answer_authentication(session.url)
    assert "insufficient funds" in payer.get(session.url).alert
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_another_card_can_be_tried_instead_of_3d_secure(client, open_session):
    session = open_session()
    payer.pay(session.url, card=payer.THREE_D_SECURE)
    assert payer.pay(session.url).status == 303
    payer.answer_authentication(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert len(client.v1.charges.list({"payment_intent": intent}).data) == 1


def problems_of(*, number: str = "4242 4242 4242 4242", expiration: str = "12/34", cvc: str = "123") -> dict[str, str]:
    try:
        read_card(number=number, expiration=expiration, cvc=cvc, now=NOW)
    except CardRefused as refusal:
        return refusal.problems
    return {}


@pytest.mark.parametrize("expiration", ["12/34", "12 / 34", "1234", "12/2034", "122034", "1/34", "11/26"])
def test_expiration_is_read_as_people_type_it(expiration):
    assert problems_of(expiration=expiration) == {}


@pytest.mark.parametrize("expiration", ["", "13/34", "00/34", "10/26", "12/25", "1/2", "12/99", "soon"])
def test_impossible_or_past_expiration_is_refused(expiration):
    assert list(problems_of(expiration=expiration)) == ["expiration"]


@pytest.mark.parametrize(
    "number", ["", "4242", "4242424242424241", "4242 4242 4242 424x", "４２４２４２４２４２４２４２４２"]
)
def test_impossible_number_is_refused(number):
    assert list(problems_of(number=number)) == ["card"]


@pytest.mark.parametrize(
    ("number", "cvc"), [("4242424242424242", "12"), ("4242424242424242", "1234"), ("378282246310005", "123")]
)
def test_security_code_has_the_length_of_its_brand(number, cvc):
    assert list(problems_of(number=number, cvc=cvc)) == ["cvc"]


@pytest.mark.parametrize("number", [number for number, *_ in BRANDS] + [number for number, *_ in DECLINES])
def test_every_test_card_passes_the_checksum(number):
    assert passes_luhn(number)
