"""The customer portal: change the card, see invoices, cancel."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.billing import MONTH, invoices_of, let_pass, period, subscribe, use_card
from tests.stripe_sandbox.tests.conftest import refusal

BACK = "http://shop.example/my-giving/"


@pytest.fixture
def subscription(client):
    return subscribe(client)


@pytest.fixture
def open_portal(client, subscription):
    def open_(**more):
        return client.v1.billing_portal.sessions.create({"customer": subscription.customer, "return_url": BACK, **more})

    return open_


def configuration(client, **features):
    return client.v1.billing_portal.configurations.create({"features": features})


def test_overview_shows_amount_next_date_card_and_way_back(open_portal):
    page = payer.get(open_portal().url).text
    for words in (
        "Monthly gift",
        "$25.00 per month",
        "The next payment is on",
        "Visa •••• 4242",
        "Update payment method",
        "Cancel subscription",
        f'href="{BACK}"',
    ):
        assert words in page


def test_changed_card_is_saved_and_the_default_from_now_on(client, sandbox, subscription, open_portal):
    session = open_portal()
    assert payer.change_card(session.url, card="5555555555554444").location == session.url.removeprefix(sandbox.url)
    customer = client.v1.customers.retrieve(
        subscription.customer, {"expand": ["invoice_settings.default_payment_method"]}
    )
    changed = client.v1.subscriptions.retrieve(subscription.id)
    method = customer.invoice_settings.default_payment_method
    assert (method.card.last4, method.customer) == ("4444", subscription.customer)
    assert changed.default_payment_method == method.id
    assert client.v1.setup_intents.list({"customer": subscription.customer}).data[0].status == "succeeded"
    told = {event.type for event in client.v1.events.list({"limit": 6}).data}
    assert told >= {
        "setup_intent.succeeded",
        "payment_method.attached",
        "customer.updated",
        "customer.subscription.updated",
    }
    let_pass(sandbox, MONTH)
    assert invoices_of(client, subscription)[0].status == "paid"


def test_card_that_fails_later_can_be_saved_and_its_renewal_fails(client, sandbox, subscription, open_portal):
    payer.change_card(open_portal().url, card=payer.SAVED_YET_DECLINED)
    let_pass(sandbox, MONTH)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"


def test_declined_card_changes_nothing(client, subscription, open_portal):
    session = open_portal()
    payer.change_card(session.url, card=payer.DECLINED)
    assert "Your card was declined." in payer.get(f"{session.url}/card").alert
    assert (
        client.v1.subscriptions.retrieve(subscription.id).default_payment_method == subscription.default_payment_method
    )
    assert (
        client.v1.setup_intents.list({"customer": subscription.customer}).data[0].last_setup_error.decline_code
        == "generic_decline"
    )


@pytest.mark.parametrize(("is_genuine", "last4"), [(True, "3155"), (False, "4242")])
def test_3d_secure_comes_before_the_change(client, subscription, open_portal, is_genuine, last4):
    session = open_portal()
    assert payer.change_card(session.url, card=payer.THREE_D_SECURE_ONCE).location.endswith("/card/authenticate")
    payer.answer_authentication(f"{session.url}/card", is_genuine=is_genuine)
    method = client.v1.subscriptions.retrieve(
        subscription.id, {"expand": ["default_payment_method"]}
    ).default_payment_method
    assert method.card.last4 == last4


@pytest.mark.parametrize(("pays_open", "status"), [(True, "paid"), (False, "open")])
def test_open_invoice_is_paid_with_the_new_card_if_wanted(
    client, sandbox, subscription, open_portal, pays_open, status
):
    use_card(client, subscription, "pm_card_chargeCustomerFail")
    let_pass(sandbox, MONTH)
    session = open_portal()
    assert "Pay the $25.00 that is open now" in payer.get(f"{session.url}/card").text
    payer.change_card(session.url, pays_open=pays_open)
    assert invoices_of(client, subscription)[0].status == status
    expected = "active" if pays_open else "past_due"
    assert client.v1.subscriptions.retrieve(subscription.id).status == expected


def test_form_sent_twice_saves_one_card(client, subscription, open_portal):
    session = open_portal()
    form = payer.open_form(f"{session.url}/card")
    fields = {"card_number": payer.SUCCEEDS, "expiration": "12 / 40", "cvc": "123", "name": "Alice"}
    for _ in range(2):
        assert payer.post(f"{session.url}/card", {**form, **fields}).status == 303
    assert len(client.v1.payment_methods.list({"customer": subscription.customer}).data) == 2


def test_canceled_in_the_portal_ends_with_its_period(client, sandbox, subscription, open_portal):
    session = open_portal()
    assert payer.cancel_in_portal(session.url, subscription.id).status == 303
    leaving = client.v1.subscriptions.retrieve(subscription.id)
    assert (leaving.status, leaving.cancel_at) == ("active", period(subscription)[1])
    assert "Don’t cancel" in payer.get(session.url).text
    payer.post(f"{session.url}/subscriptions/{subscription.id}/keep", {"x": ""})
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at is None


def test_configuration_says_when_it_ends_and_whether_to_ask_why(client, subscription, open_portal):
    asked = configuration(
        client,
        subscription_cancel={
            "enabled": True,
            "mode": "immediately",
            "cancellation_reason": {"enabled": True, "options": ["too_expensive", "other"]},
        },
    )
    session = open_portal(configuration=asked.id)
    page = payer.get(f"{session.url}/subscriptions/{subscription.id}/cancel").text
    assert "It’s too expensive" in page
    assert "Quality" not in page
    payer.cancel_in_portal(session.url, subscription.id, reason="too_expensive", comment="Sorry")
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.cancellation_details.feedback, ended.cancellation_details.comment) == (
        "canceled",
        "too_expensive",
        "Sorry",
    )


def test_what_the_configuration_does_not_offer_is_not_there(client, subscription, open_portal):
    session = open_portal(configuration=configuration(client, invoice_history={"enabled": True}).id)
    page = payer.get(session.url).text
    assert "Cancel subscription" not in page
    assert "Update payment method" not in page
    assert payer.get(f"{session.url}/card").status == 404
    assert payer.cancel_in_portal(session.url, subscription.id).status == 404


def test_flow_leads_to_its_page_and_back_to_the_site(client, open_portal):
    after = {"type": "redirect", "redirect": {"return_url": f"{BACK}?changed"}}
    session = open_portal(flow_data={"type": "payment_method_update", "after_completion": after})
    assert session.flow.type == "payment_method_update"
    assert payer.get(session.url).location.endswith("/card")
    assert payer.change_card(session.url).location == f"{BACK}?changed"


def test_flow_may_end_with_a_confirmation(client, subscription, open_portal):
    after = {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Thank you so far"}}
    flow = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": subscription.id},
        "after_completion": after,
    }
    session = open_portal(flow_data=flow)
    done = payer.cancel_in_portal(session.url, subscription.id).location
    assert done.endswith("/done")
    assert "Thank you so far" in payer.get(session.url + "/done").text


def test_invoices_are_listed_with_their_pages(client, sandbox, subscription, open_portal):
    let_pass(sandbox, MONTH)
    page = payer.get(open_portal().url).text
    for invoice in invoices_of(client, subscription):
        assert invoice.hosted_invoice_url in page


def test_foreign_subscription_is_not_found(client, open_portal):
    other = subscribe(client)
    assert payer.cancel_in_portal(open_portal().url, other.id).status == 404
    assert client.v1.subscriptions.retrieve(other.id).cancel_at is None


def test_portal_expires(sandbox, open_portal):
    unopened, opened = open_portal(), open_portal()
    payer.get(opened.url)
    let_pass(sandbox, 30 * 60)
    assert "has expired" in payer.get(unopened.url).text
    assert payer.get(opened.url).status == 200
    let_pass(sandbox, 2 * 60 * 60)
    assert "has expired" in payer.get(opened.url).text
    assert "has expired" in payer.get(f"{sandbox.url}/p/session/nothing").text


@pytest.mark.parametrize(
    ("more", "param", "status"),
    [
        ({"customer": "cus_unknown"}, "customer", 404),
        ({"return_url": "/back"}, "return_url", 400),
        ({"flow_data": {"type": "subscription_update"}}, "flow_data[type]", 501),
        ({"flow_data": {"type": "subscription_cancel"}}, "flow_data[subscription_cancel][subscription]", 400),
        ({"configuration": "bpc_unknown"}, "configuration", 404),
    ],
)
def test_session_that_cannot_be_is_refused(open_portal, more, param, status):
    error = refusal(lambda: open_portal(**more))
    assert (error.json_body["error"]["param"], error.http_status) == (param, status)


def test_configuration_is_changed_listed_and_switched_off(client, open_portal):
    made = configuration(client, payment_method_update={"enabled": True})
    changed = client.v1.billing_portal.configurations.update(
        made.id, {"features": {"invoice_history": {"enabled": True}}, "business_profile": {"headline": "Thank you"}}
    )
    assert (changed.features.payment_method_update.enabled, changed.features.invoice_history.enabled) == (True, True)
    assert client.v1.billing_portal.configurations.retrieve(made.id).business_profile.headline == "Thank you"
    assert client.v1.billing_portal.configurations.list({"limit": 1}).data[0].id == made.id
    client.v1.billing_portal.configurations.update(made.id, {"active": False})
    assert refusal(lambda: open_portal(configuration=made.id)).param == "configuration"
    error = refusal(
        lambda: configuration(
            client, subscription_update={"enabled": True, "products": [], "default_allowed_updates": []}
        )
    )
    assert error.http_status == 501


def test_portal_needs_no_more_than_a_customer(client, subscription):
    session = client.v1.billing_portal.sessions.create({"customer": subscription.customer})
    assert session.return_url is None
    assert client.v1.billing_portal.configurations.retrieve(session.configuration).is_default


def test_wrong_card_keeps_what_was_typed(open_portal):
    page = payer.change_card(open_portal().url, card="4242", name="Alice Example")
    assert "card number is incomplete" in page.alert
    assert 'value="Alice Example"' in page.text
