"""Payment methods and setup intents, and the checkout session that only saves a card."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.billing import subscribe
from tests.stripe_sandbox.tests.conftest import CANCEL_URL, SUCCESS_URL, refusal


@pytest.fixture
def customer(client):
    return client.v1.customers.create({"email": "alice@example.org"}).id


@pytest.fixture
def save_card(client, customer):
    def open_(**changes):
        params = {
            "mode": "setup",
            "currency": "usd",
            "customer": customer,
            "success_url": SUCCESS_URL,
            "cancel_url": CANCEL_URL,
            **changes,
        }
        return client.v1.checkout.sessions.create({name: value for name, value in params.items() if value is not None})

    return open_


def test_card_is_saved_without_a_payment(client, sandbox, customer, save_card):
    session = save_card(setup_intent_data={"metadata": {"subscription": "sub_1"}})
    assert (session.payment_status, session.amount_total) == ("no_payment_required", None)
    page = payer.get(session.url).text
    assert ">Save card</button>" in page
    assert "Nothing is charged now." in page
    assert payer.pay(session.url).location.startswith("http://shop.example/thank-you/")
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.payment_method"]})
    intent = session.setup_intent
    assert (session.status, intent.status, intent.payment_method.customer) == ("complete", "succeeded", customer)
    assert intent.metadata.to_dict() == {"subscription": "sub_1"}
    assert client.v1.charges.list({"customer": customer}).data == []
    assert "This card is saved" in payer.get(f"{sandbox.url}/c/pay/{session.id}").text


def test_card_that_fails_later_can_be_saved(client, customer, save_card):
    assert payer.pay(save_card().url, card=payer.SAVED_YET_DECLINED).status == 303
    assert [one.card.last4 for one in client.v1.payment_methods.list({"customer": customer}).data] == ["0341"]


def test_declined_card_is_not_saved(client, customer, save_card):
    session = save_card()
    assert "Your card was declined." in payer.pay(session.url, card=payer.DECLINED).alert
    intent = client.v1.setup_intents.retrieve(session.setup_intent)
    assert (intent.status, intent.last_setup_error.decline_code) == ("requires_payment_method", "generic_decline")
    assert client.v1.payment_methods.list({"customer": customer}).data == []
    assert payer.pay(session.url).status == 303


@pytest.mark.parametrize(("is_genuine", "status"), [(True, "succeeded"), (False, "requires_payment_method")])
def test_3d_secure_comes_before_saving(client, save_card, is_genuine, status):
    session = save_card()
    assert payer.pay(session.url, card=payer.THREE_D_SECURE_ONCE).location.endswith("/authenticate")
    assert client.v1.setup_intents.retrieve(session.setup_intent).status == "requires_action"
    payer.answer_authentication(session.url, is_genuine=is_genuine)
    assert client.v1.setup_intents.retrieve(session.setup_intent).status == status


def test_setup_makes_a_customer_when_asked_for(client, save_card):
    session = save_card(customer=None, customer_creation="always")
    payer.pay(session.url)
    made = client.v1.checkout.sessions.retrieve(session.id).customer
    assert len(client.v1.payment_methods.list({"customer": made}).data) == 1


def test_expired_session_cancels_its_setup_intent(client, save_card):
    session = save_card()
    client.v1.checkout.sessions.expire(session.id)
    intent = client.v1.setup_intents.retrieve(session.setup_intent)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "abandoned")


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"currency": None}, "currency"),
        ({"submit_type": "donate"}, "submit_type"),
        ({"subscription_data": {"metadata": {"a": "1"}}}, "subscription_data"),
    ],
)
def test_what_does_not_fit_setup_mode_is_refused(save_card, changes, param):
    assert refusal(lambda: save_card(**changes)).param == param


def test_setup_intent_is_made_and_confirmed_by_api(client, customer):
    intent = client.v1.setup_intents.create({"customer": customer, "payment_method": "pm_card_visa"})
    assert intent.status == "requires_confirmation"
    assert client.v1.setup_intents.update(intent.id, {"metadata": {"a": "1"}}).metadata.to_dict() == {"a": "1"}
    done = client.v1.setup_intents.confirm(intent.id)
    assert (done.status, client.v1.payment_methods.retrieve(done.payment_method).customer) == ("succeeded", customer)
    assert refusal(lambda: client.v1.setup_intents.cancel(intent.id)).code == "setup_intent_unexpected_state"
    assert [one.id for one in client.v1.setup_intents.list({"customer": customer}).data] == [intent.id]


def test_declined_setup_is_an_error_and_stays_on_the_intent(client, customer):
    wish = {"customer": customer, "payment_method": "pm_card_visa_chargeDeclined"}
    intent = client.v1.setup_intents.create(wish)
    assert refusal(lambda: client.v1.setup_intents.confirm(intent.id)).http_status == 402
    assert client.v1.setup_intents.retrieve(intent.id).last_setup_error.code == "card_declined"
    assert client.v1.setup_intents.cancel(intent.id, {"cancellation_reason": "abandoned"}).status == "canceled"


def test_setup_intent_of_a_session_is_canceled_by_the_session_alone(client, save_card):
    error = refusal(lambda: client.v1.setup_intents.cancel(save_card().setup_intent))
    assert error.code == "setup_intent_unexpected_state"


def test_test_cards_are_attached_by_name(client, customer):
    method = client.v1.payment_methods.attach("pm_card_mastercard", {"customer": customer})
    assert (method.customer, method.card.brand, method.card.last4) == (customer, "mastercard", "4444")
    assert client.v1.payment_methods.attach("pm_card_mastercard", {"customer": customer}).id != method.id
    error = refusal(lambda: client.v1.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": customer}))
    assert (error.http_status, error.code) == (402, "card_declined")


def test_saved_cards_are_listed_for_their_customer(client, customer):
    ids = [client.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id for _ in range(2)]
    assert [one.id for one in client.v1.payment_methods.list({"customer": customer, "type": "card"}).data] == ids[::-1]
    assert [one.id for one in client.v1.customers.payment_methods.list(customer, {"limit": 1}).data] == [ids[1]]
    assert client.v1.customers.payment_methods.retrieve(customer, ids[0]).id == ids[0]
    other = client.v1.customers.create({"email": "bob@example.org"}).id
    assert refusal(lambda: client.v1.customers.payment_methods.retrieve(other, ids[0])).http_status == 400
    assert refusal(lambda: client.v1.payment_methods.attach(ids[0], {"customer": other})).http_status == 400


def test_detached_card_is_of_no_use_and_nobodys_default(client):
    subscription = subscribe(client)
    card = subscription.default_payment_method
    client.v1.customers.update(subscription.customer, {"invoice_settings": {"default_payment_method": card}})
    assert client.v1.payment_methods.detach(card).customer is None
    assert client.v1.subscriptions.retrieve(subscription.id).default_payment_method is None
    assert client.v1.customers.retrieve(subscription.customer).invoice_settings.default_payment_method is None
    assert (
        refusal(lambda: client.v1.payment_methods.attach(card, {"customer": subscription.customer})).http_status == 400
    )
    assert refusal(lambda: client.v1.payment_methods.detach(card)).http_status == 400
    assert client.v1.events.list({"type": "payment_method.detached", "limit": 1}).data[0].data.object["id"] == card


def test_saved_card_is_changed(client, customer):
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    changed = client.v1.payment_methods.update(
        method,
        {"card": {"exp_month": 3, "exp_year": 2041}, "billing_details": {"name": "Alice"}, "metadata": {"a": "1"}},
    )
    assert (changed.card.exp_year, changed.billing_details.name) == (2041, "Alice")
    error = refusal(lambda: client.v1.payment_methods.update(method, {"card": {"exp_month": 1, "exp_year": 2020}}))
    assert error.param == "card[exp_year]"
    event = client.v1.events.list({"type": "payment_method.updated", "limit": 1}).data[0]
    assert event.data.previous_attributes["card"]["exp_year"] == 2040


def test_card_of_another_customer_is_nobodys_default(client, customer):
    other = client.v1.customers.create({"email": "bob@example.org"}).id
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": other}).id
    wish = {"invoice_settings": {"default_payment_method": method}}
    assert (
        refusal(lambda: client.v1.customers.update(customer, wish)).param == "invoice_settings[default_payment_method]"
    )


def test_card_of_a_payment_can_be_looked_at(client, open_session):
    session = open_session(expand=["payment_intent"])
    payer.pay(session.url)
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.payment_method"]})
    method = session.payment_intent.payment_method
    assert (method.card.last4, method.customer) == ("4242", None)


def test_customer_that_is_deleted_leaves_no_subscription(client):
    subscription = subscribe(client)
    client.v1.customers.delete(subscription.customer)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert (
        client.v1.events.list({"type": "customer.subscription.deleted", "limit": 1}).data[0].data.object["id"]
        == subscription.id
    )


def test_card_is_renewed_by_the_bank(client, sandbox):
    subscription = subscribe(client)
    card = str(subscription.default_payment_method)
    sandbox.control("card-renewed", payment_method=card)
    assert client.v1.payment_methods.retrieve(card).card.exp_year == 2044
    event = client.v1.events.list({"limit": 1}).data[0]
    assert (event.type, event.data.object["id"]) == ("payment_method.automatically_updated", card)


def test_every_subscription_can_be_ended_at_once(client, sandbox):
    subscription = subscribe(client)
    sandbox.control("end-subscriptions")
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert client.v1.subscriptions.list().data == []
