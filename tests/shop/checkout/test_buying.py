"""From the basket to the paid order, over HTTP, with the Stripe sandbox as a real process."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from shop.stock import movements
from shop.stripe_payments import ledger
from shop.stripe_payments.models import Payment, Refund
from tests.conftest import person
from tests.goods import allow_shipping, counts, make_tag
from tests.guarded_form import unseen_fields
from tests.hosted_page import IS_DECLINED, pay
from tests.jobs import do_jobs
from tests.shop.stripe_payments.orders import give_up

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")
SalesTaxRate = get_model("partner", "SalesTaxRate")

ADDRESS = {
    "full_name": "Bob Buyer",
    "line1": "1 Main Street",
    "line2": "",
    "city": "Albany",
    "state": "New York",
    "postcode": "12207",
    "country": "US",
    "email": "bob@example.com",
}


def browser() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"}, enforce_csrf_checks=True)


@pytest.fixture
def tag():
    allow_shipping("2.50")
    return make_tag(stock=5)


@pytest.fixture
def bob(tag):
    bob = browser()
    put_in_basket(bob, tag, 2)
    return bob


def put_in_basket(client, product, quantity=1):
    response = client.post(f"/basket/add/{product.pk}/", {"quantity": quantity})
    assert response.status_code in (302, 303), response.content[:300]


def check_out(client, **changes):
    """The page of Stripe, or the checkout as it is shown again."""
    unseen = unseen_fields(client.get("/checkout/").text)
    response = client.post("/checkout/", {**ADDRESS, **unseen, **changes})
    return client.get("/checkout/") if response.headers.get("Location") == "/checkout/" else response


def only_order():
    return Order.objects.get()


def test_an_order_is_written_and_its_stock_held_before_stripe_is_asked(sandbox, bob, tag):
    response = check_out(bob)
    assert response.status_code == 303
    assert response.url.startswith(f"{sandbox.url}/c/pay/cs_test_")
    order = only_order()
    assert (order.status, str(order.total_incl_tax), order.guest_email) == (
        "Awaiting payment",
        "26.50",
        "bob@example.com",
    )
    assert counts(tag) == (5, 2)
    assert re.fullmatch(r"T-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", order.number)


def test_a_paid_order_is_settled_by_the_return_page_and_mailed_once(sandbox, bob, tag):
    page = check_out(bob).url
    status, back = pay(page)
    assert status == 303
    response = bob.get(back.removeprefix("http://testserver"), follow=True)
    order = only_order()
    assert order.status == "Paid"
    assert "Thank you" in response.text
    assert order.number in response.text
    do_jobs()
    assert [message.to for message in mail.outbox] == [["bob@example.com"]]
    assert order.number in mail.outbox[0].subject
    assert "$26.50" in mail.outbox[0].body
    bob.get(f"/checkout/return/{order.number}/")
    assert do_jobs() == []
    assert bob.get("/basket/").context["basket"].is_empty


def test_a_declined_card_leaves_the_order_waiting_and_the_second_card_pays_it(sandbox, bob):
    page = check_out(bob).url
    _status, again = pay(page, card=IS_DECLINED)
    assert "declined" in again
    assert only_order().status == "Awaiting payment"
    pay(page)
    bob.get(f"/checkout/return/{only_order().number}/")
    assert only_order().status == "Paid"


def test_pressing_pay_twice_makes_one_order_and_one_page(sandbox, bob, tag):
    first, second = check_out(bob), check_out(bob)
    assert first.url == second.url
    assert Order.objects.count() == Payment.objects.count() == 1
    assert counts(tag) == (5, 2)


def test_the_way_back_from_stripe_finds_basket_and_address_as_they_were(sandbox, bob):
    check_out(bob)
    page = bob.get("/checkout/")
    assert 'value="Bob Buyer"' in page.text
    assert 'value="bob@example.com"' in page.text
    assert "$26.50" in page.text


def test_who_holds_the_last_pieces_is_not_told_that_they_are_gone(sandbox, tag):
    bob = browser()
    put_in_basket(bob, tag, 5)
    page = check_out(bob).url
    assert counts(tag) == (5, 5)
    assert check_out(bob).url == page
    assert check_out(bob, city="Troy").status_code == 303
    assert counts(tag) == (5, 5)


def test_a_changed_basket_closes_the_old_page_and_opens_another(sandbox, bob, tag):
    old_page = check_out(bob).url
    put_in_basket(bob, tag, 1)
    new_page = check_out(bob).url
    assert new_page != old_page
    assert sorted(Order.objects.values_list("status", flat=True)) == ["Awaiting payment", "Cancelled"]
    assert counts(tag) == (5, 3)


def test_an_order_paid_in_another_tab_is_not_paid_twice(sandbox, bob, tag):
    page = check_out(bob).url
    pay(page)
    put_in_basket(bob, tag, 1)
    response = check_out(bob)
    order = only_order()
    assert response.url == f"/checkout/thank-you/{order.number}/"
    assert order.status == "Paid"
    basket = bob.get("/basket/").context["basket"]
    assert [line.quantity for line in basket.all_lines()] == [1]


def test_what_was_sold_out_meanwhile_is_told_and_nothing_typed_is_lost(sandbox, bob, tag):

    movements.reserve(stockrecord_id=tag.stockrecords.get().pk, quantity=4, reference="another")
    response = check_out(bob)
    assert response.status_code == 200
    assert "sold out" in response.text
    assert 'value="1 Main Street"' in response.text
    assert not Order.objects.exists()


def test_an_address_without_state_is_asked_for_beside_the_field(bob):
    response = check_out(bob, state="")
    assert response.context["form"].errors["state"]
    assert 'value="Bob Buyer"' in response.text


@pytest.mark.parametrize(
    "mistake", [{"state": ""}, {"email": "bob"}, {"shown_total": "1"}, {"update": "1"}, {"country": "XX"}]
)
def test_back_finds_the_checkout_and_no_form_to_send_again(sandbox, bob, mistake):
    sent = bob.post("/checkout/", {**ADDRESS, **mistake})
    assert (sent.status_code, sent.url) == (303, "/checkout/")
    assert 'value="Bob Buyer"' in bob.get("/checkout/").text
    page = check_out(bob, city="Troy")
    assert page.status_code == 303
    back = bob.get("/checkout/")
    assert back.status_code == 200
    assert 'value="Troy"' in back.text
    assert not back.context["form"].errors


def test_what_was_sent_in_vain_is_shown_to_its_own_browser_only_and_not_kept_once_it_went_on(sandbox, bob, tag):
    check_out(bob, email="bob")
    charlie = browser()
    put_in_basket(charlie, tag)
    assert "Bob Buyer" not in charlie.get("/checkout/").text
    check_out(bob)
    assert "checkout" not in bob.session


def test_a_text_without_end_is_not_kept_without_end(bob):
    check_out(bob, line1="x" * 100_000)
    assert len(bob.session["checkout"]["line1"]) == 500


def test_the_script_that_asks_for_the_total_keeps_nothing(bob):
    answer = bob.post("/checkout/", {**ADDRESS, "update": "1"}, headers={"sec-fetch-dest": "empty"})
    assert "$26.50" in answer.text
    assert "checkout" not in bob.session


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", "bob@example.com\nBcc: all@example.com"),
        ("email", "bob"),
        ("full_name", ""),
        ("full_name", "Bob\r\nBuyer"),
        ("postcode", "1220"),
        ("state", "Nowhere"),
        ("country", "XX"),
        ("line1", "x" * 101),
    ],
)
def test_what_cannot_be_right_is_said_beside_its_field(bob, field, typed):
    response = check_out(bob, **{field: typed})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not Order.objects.exists()


def test_sales_tax_is_shown_before_it_is_charged(sandbox, bob):
    SalesTaxRate.objects.create(state="NY", percent="8.875", is_active=True)
    response = check_out(bob, shown_total="2650")
    assert response.status_code == 200
    assert "The total changed" in response.text
    assert "$28.63" in response.text  # 2 x $12.00, 8.875 % of $24.00 is $2.13, $2.50 shipping
    assert not Order.objects.exists()
    assert check_out(bob, shown_total="2863").status_code == 303
    assert str(only_order().total_incl_tax) == "28.63"


def test_the_mail_address_is_asked_for_after_shipping_and_tax_are_shown(bob):
    text = bob.get("/checkout/").text
    assert text.index("Shipping") < text.index("Sales tax") < text.index('name="email"')
    visible = re.findall(r'<(?:input(?! type="hidden")|select)', text[text.index("data-checkout") :])
    assert len(visible) <= 8


def test_a_closed_page_gives_the_goods_free_and_keeps_the_basket(sandbox, bob, tag):
    check_out(bob)
    sandbox.control("clock", offset=40 * 60)
    response = bob.get(f"/checkout/return/{only_order().number}/", follow=True)
    assert "was not paid" in response.text
    assert only_order().status == "Cancelled"
    assert counts(tag) == (5, 0)
    assert bob.get("/basket/").context["basket"].num_items == 2


def test_a_return_link_shows_nothing_to_another_browser(sandbox, bob):
    pay(check_out(bob).url)
    number = only_order().number
    for address in (f"/checkout/return/{number}/", f"/checkout/thank-you/{number}/"):
        response = browser().get(address, follow=True)
        assert response.status_code == 404
        assert "Bob" not in response.text
        assert "bob@example.com" not in response.text


def test_a_silent_stripe_keeps_everything_and_never_says_that_nothing_was_charged(sandbox, bob, tag):
    sandbox.control("fault", kind="error", times=10, path="/v1/checkout/sessions")
    response = check_out(bob)
    assert response.status_code == 503
    assert 'value="1 Main Street"' in response.text
    assert "not charged" not in response.text.lower()
    sandbox.control("clear")
    response = check_out(bob)
    assert response.status_code == 303
    assert Order.objects.count() == 1


def test_a_key_that_stripe_does_not_take_keeps_everything_and_staff_are_told(sandbox, bob, settings):
    settings.STRIPE_SECRET_KEY = "sk_of_another_time"
    response = check_out(bob)
    assert response.status_code == 503
    assert "cannot be opened right now" in response.text
    assert 'value="1 Main Street"' in response.text
    assert do_jobs() == ["tell_staff"]
    (message,) = mail.outbox
    assert message.to == ["staff@example.org"]
    assert "Look at the Stripe key" in message.body
    assert only_order().number in message.body
    assert "bob@example.com" not in message.body
    settings.STRIPE_SECRET_KEY = sandbox.api_key
    assert check_out(bob).status_code == 303


def test_a_page_made_before_the_answer_was_lost_is_found_again(sandbox, bob):
    sandbox.control("fault", kind="error_after_commit", times=1, path="/v1/checkout/sessions")
    assert check_out(bob).status_code == 303
    pay(Payment.objects.get().checkout_url)
    bob.get(f"/checkout/return/{only_order().number}/")
    assert only_order().status == "Paid"


def test_money_that_comes_too_late_takes_the_goods_if_they_are_still_there(sandbox, bob, tag):
    pay(check_out(bob).url)
    payment = give_up(Payment.objects.get())
    assert (only_order().status, counts(tag)) == ("Cancelled", (5, 0))
    ledger.settle(payment.reference)
    assert (only_order().status, counts(tag)) == ("Paid", (5, 2))


def test_money_that_comes_after_the_goods_are_gone_goes_back_with_an_apology(sandbox, bob, tag):

    pay(check_out(bob).url)
    payment = give_up(Payment.objects.get())
    movements.reserve(stockrecord_id=tag.stockrecords.get().pk, quantity=5, reference="another")
    ledger.settle(payment.reference)
    do_jobs()
    payment.refresh_from_db()
    assert payment.status == "refunded"
    assert Refund.objects.get().amount_minor == 2650
    assert only_order().status == "Refunded"
    assert sorted(message.to[0] for message in mail.outbox) == ["bob@example.com", "staff@example.org"]
    assert "sorry" in next(m for m in mail.outbox if "bob" in m.to[0]).body.lower()


def test_looking_at_the_checkout_with_an_empty_basket_leads_to_the_basket():
    response = browser().get("/checkout/")
    assert response.url == "/basket/"


def test_goods_that_lost_their_price_are_told_on_the_basket_page(bob, tag):
    tag.stockrecords.update(price=None)
    for response in (bob.get("/checkout/"), check_out(bob)):
        assert response.url == "/basket/"
    assert "not for sale" in bob.get("/basket/").text


def test_a_page_that_stripe_would_refuse_by_now_is_asked_for_anew(sandbox, bob, tag):
    sandbox.control("fault", kind="error", times=10, path="/v1/checkout/sessions")
    assert check_out(bob).status_code == 503
    sandbox.control("clear")
    Payment.objects.update(expires_at=timezone.now() + timedelta(minutes=20))
    assert check_out(bob).status_code == 303
    assert counts(tag) == (5, 2)


def test_signing_in_between_order_and_payment_leaves_one_page_to_pay_on(sandbox, bob, tag):
    first_page = check_out(bob).url
    bob.force_login(person("bob"))
    assert check_out(bob, city="Troy").status_code == 303
    assert sorted(Order.objects.values_list("status", flat=True)) == ["Awaiting payment", "Cancelled"]
    assert Payment.objects.get(checkout_url=first_page).status == "expired"
    assert counts(tag) == (5, 2)
