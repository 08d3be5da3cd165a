"""The hosted page over plain HTTP: what it shows, keeps and refuses."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.stripe_sandbox import payer


def test_page_shows_lines_total_and_way_back(open_session):
    page = payer.get(open_session(customer_email="bob@example.org").url)
    for words in ("Luggage tag", "Quantity 2, $12.00 each", "$28.50", "Pay $28.50", 'value="bob@example.org"'):
        assert words in page.text
    assert '<a class="back" href="http://shop.example/checkout/">Back</a>' in page.text


def test_button_of_a_gift_says_donate(open_session):
    assert "Donate $28.50</button>" in payer.get(open_session(submit_type="donate").url).text


def test_every_page_says_that_no_real_money_moves(sandbox, open_session):
    session = open_session()
    payer.pay(session.url, card=payer.THREE_D_SECURE)
    addresses = [
        session.url,
        f"{session.url}/authenticate",
        f"{sandbox.url}/",
        f"{sandbox.url}/c/pay/cs_x",
        f"{sandbox.url}/nowhere",
    ]
    for address in addresses:
        assert "No real money moves." in payer.get(address).text


def test_success_leads_to_the_site_with_the_session_filled_in(open_session):
    session = open_session()
    page = payer.pay(session.url)
    assert (page.status, page.location) == (303, f"http://shop.example/thank-you/?session={session.id}")


def test_typed_text_is_kept_and_the_card_is_not(open_session):
    page = payer.pay(open_session().url, card=payer.DECLINED, email="bob@example.org", name="Bob")
    assert 'value="bob@example.org"' in page.text
    assert 'value="Bob"' in page.text
    assert payer.DECLINED not in page.text
    assert 'value="12 / 40"' not in page.text


def test_error_stands_beside_its_field(open_session):
    page = payer.pay(open_session().url, email="", name="", card="4242", expiration="01/20", cvc="1")
    for field in ("email", "name", "card", "expiration", "cvc"):
        assert f'aria-describedby="{field}-error"' in page.text
        assert f'<p class="error" id="{field}-error">' in page.text
    assert page.text.count("autofocus") == 1


def test_what_is_typed_is_shown_as_text(open_session):
    page = payer.pay(open_session().url, card="1", name='"><script>alert(1)</script>')
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_button_pressed_twice_charges_once(client, open_session):
    session = open_session()
    fields = {
        **payer.open_form(session.url),
        "email": "alice@example.org",
        "card_number": payer.SUCCEEDS,
        "expiration": "12/40",
        "cvc": "123",
        "name": "Alice",
    }
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: payer.post(session.url, fields), range(8)))
    assert {page.location for page in pages} == {f"http://shop.example/thank-you/?session={session.id}"}
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert len(client.v1.charges.list({"payment_intent": intent}).data) == 1


def test_declined_form_sent_twice_is_one_attempt(client, open_session):
    session = open_session()
    fields = {**payer.open_form(session.url), "email": "a@example.org", "card_number": payer.DECLINED}
    fields |= {"expiration": "12/40", "cvc": "123", "name": "Alice"}
    payer.post(session.url, fields)
    assert payer.post(session.url, fields).location == f"/c/pay/{session.id}"
    assert "Your card was declined." in payer.get(session.url).alert
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert len(client.v1.charges.list({"payment_intent": intent}).data) == 1


def test_paid_session_says_so_and_leads_back(open_session):
    session = open_session()
    payer.pay(session.url)
    page = payer.get(session.url)
    assert "This payment is complete" in page.text
    assert f"http://shop.example/thank-you/?session={session.id}" in page.text


def test_expired_session_takes_no_money(client, open_session):
    session = open_session()
    form = payer.open_form(session.url)
    client.v1.checkout.sessions.expire(session.id)
    page = payer.post(session.url, {**form, "card_number": payer.SUCCEEDS})
    assert "This payment page has expired" in page.text
    assert "http://shop.example/checkout/" in page.text
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_another_shipping_method_is_confirmed_before_it_is_charged(client, open_session):
    options = [
        {"shipping_rate_data": {"display_name": name, "fixed_amount": {"amount": amount, "currency": "usd"}}}
        for name, amount in (("Standard", 450), ("Express", 1250))
    ]
    session = open_session(shipping_options=options)
    express = session.shipping_options[1].shipping_rate
    fields = {**payer.open_form(session.url), "shipping": express, "card_number": payer.SUCCEEDS, "expiration": "12/40"}
    fields |= {"cvc": "123", "name": "Bob", "email": "bob@example.org"}
    assert "With this shipping method the total is $41.00" in payer.post(session.url, fields).alert
    assert payer.post(session.url, fields).status == 303
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (session.amount_total, session.payment_intent.amount) == (4100, 4100)


@pytest.mark.parametrize("path", ["", "/authenticate"])
def test_policy_allows_only_the_sites_own_address_as_a_target(open_session, path):
    session = open_session()
    payer.pay(session.url, card=payer.THREE_D_SECURE)
    policy = requests.get(session.url + path, timeout=10).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://shop.example;" in policy
    assert "unsafe" not in policy
