"""Checkout sessions in subscription mode, from the page to the first invoice."""

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.receiver import eventually
from tests.stripe_sandbox.tests.billing import DAY, gift, monthly, period, subscribe
from tests.stripe_sandbox.tests.conftest import line, refusal


@pytest.fixture
def session(client):
    return client.v1.checkout.sessions.create(gift())


def test_paid_session_has_customer_subscription_and_paid_invoice(client, session):
    assert payer.pay(session.url).location == f"http://shop.example/thank-you/?session={session.id}"
    session = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["subscription", "invoice.payments", "customer"]}
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("complete", "paid", None)
    assert session.customer.email == "alice@example.org"
    subscription, invoice = session.subscription, session.invoice
    assert (subscription.status, subscription.latest_invoice, subscription.customer) == (
        "active",
        invoice.id,
        session.customer.id,
    )
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == ("paid", 2500, "subscription_create")
    assert invoice.payments.data[0].payment.payment_intent.startswith("pi_")


def test_first_period_is_a_month_and_stands_on_the_item(client):
    subscription = subscribe(client)
    start, end = period(subscription)
    assert start == subscription.created
    assert 28 * DAY <= end - start <= 31 * DAY
    assert "current_period_end" not in subscription
    assert subscription.billing_mode.type == "flexible"


def test_metadata_reaches_subscription_invoice_and_line(client):
    subscription = subscribe(client)
    invoice = client.v1.invoices.retrieve(subscription.latest_invoice)
    details = invoice.parent.subscription_details
    assert subscription.metadata.to_dict() == {"gift": "G7"}
    assert (details.subscription, details.metadata.to_dict()) == (subscription.id, {"gift": "G7"})
    assert invoice.lines.data[0].metadata.to_dict() == {"gift": "G7"}
    assert invoice.metadata.to_dict() == {}


def test_invoice_is_found_from_the_payment_intent(client):
    subscription = subscribe(client)
    payment = client.v1.invoice_payments.list({"invoice": subscription.latest_invoice}).data[0]
    intent = payment.payment.payment_intent
    found = client.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}}).data
    assert [one.invoice for one in found] == [subscription.latest_invoice]
    assert (payment.status, payment.amount_paid) == ("paid", 2500)


def test_charge_of_a_subscription_gets_its_balance_transaction(client):
    subscription = subscribe(client)
    intent = client.v1.invoice_payments.list({"invoice": subscription.latest_invoice}).data[0].payment.payment_intent

    def balance():
        expand = {"expand": ["latest_charge.balance_transaction"]}
        return client.v1.payment_intents.retrieve(intent, expand).latest_charge.balance_transaction

    eventually(lambda: balance() is not None)
    assert balance().net == 2500 - 103


def test_decline_makes_no_subscription_and_the_next_card_does(client, session):
    assert "Your card was declined." in payer.pay(session.url, card=payer.DECLINED).alert
    declined = client.v1.checkout.sessions.retrieve(session.id)
    assert (declined.status, declined.subscription) == ("open", None)
    assert client.v1.subscriptions.list({"customer": declined.customer, "status": "all"}).data == []
    payer.pay(session.url)
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert (paid.customer, paid.payment_status) == (declined.customer, "paid")
    assert [charge.status for charge in client.v1.charges.list({"customer": paid.customer}).data] == [
        "succeeded",
        "failed",
    ]


def test_3d_secure_comes_before_the_subscription(client, session):
    assert payer.pay(session.url, card=payer.THREE_D_SECURE_ONCE).location.endswith("/authenticate")
    assert client.v1.checkout.sessions.retrieve(session.id).subscription is None
    payer.answer_authentication(session.url)
    assert client.v1.checkout.sessions.retrieve(session.id).subscription.startswith("sub_")


def test_card_is_saved_and_pays_the_subscription(client):
    subscription = subscribe(client)
    cards = client.v1.payment_methods.list({"customer": subscription.customer}).data
    assert [card.id for card in cards] == [subscription.default_payment_method]
    assert client.v1.customers.retrieve(subscription.customer).invoice_settings.default_payment_method is None


def test_page_says_how_often_and_that_it_can_be_canceled(session):
    page = payer.get(session.url).text
    for words in ("$25.00 per month", "You can cancel at any time.", ">Donate</button>"):
        assert words in page


def test_button_says_subscribe_unless_it_is_a_gift(client):
    page = payer.get(client.v1.checkout.sessions.create(gift(submit_type=None)).url).text
    assert ">Subscribe</button>" in page


def test_given_customer_is_kept(client):
    customer = client.v1.customers.create({"email": "bob@example.org"})
    assert subscribe(client, customer=customer.id).customer == customer.id


def test_line_may_name_a_recurring_price(client):
    product = client.v1.products.create({"name": "Monthly gift"})
    price = client.v1.prices.create(monthly(1000, product=product.id))
    subscription = subscribe(client, line_items=[{"price": price.id, "quantity": 2}])
    assert (subscription["items"].data[0].price.id, subscription["items"].data[0].quantity) == (price.id, 2)
    assert [
        one.id for one in client.v1.prices.list({"recurring": {"interval": "month"}, "product": product.id}).data
    ] == [price.id]


def test_expired_session_cancels_its_unpaid_intent_of_a_subscription(client, session):
    payer.pay(session.url, card=payer.DECLINED)
    session = client.v1.checkout.sessions.expire(session.id)
    assert client.v1.payment_intents.list({"customer": session.customer}).data[0].status == "canceled"


@pytest.mark.parametrize(
    ("changes", "param", "status"),
    [
        ({"mode": "payment", "subscription_data": None}, "line_items[0]", 400),
        ({"line_items": [line("Tag", 1200)]}, "line_items[0]", 501),
        ({"payment_intent_data": {"metadata": {"a": "1"}}}, "payment_intent_data", 400),
        ({"customer_creation": "always"}, "customer_creation", 400),
        ({"submit_type": "pay"}, "submit_type", 400),
        ({"subscription_data": {"trial_period_days": 3}}, "subscription_data[trial_period_days]", 501),
        (
            {
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": monthly(2500) | {"recurring": {"interval": "month", "interval_count": 37}},
                    }
                ]
            },
            "line_items[0][price_data][recurring][interval_count]",
            400,
        ),
    ],
)
def test_what_does_not_fit_subscription_mode_is_refused(client, changes, param, status):
    error = refusal(lambda: client.v1.checkout.sessions.create(gift(**changes)))
    assert (error.json_body["error"]["param"], error.http_status) == (param, status)


def test_whole_beginning_is_told_by_events(client, session):
    payer.pay(session.url)
    told = {event.type for event in client.v1.events.list({"limit": 14}).data}
    assert told >= {
        "customer.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "checkout.session.completed",
    }
