"""Sales tax is the rate of what is taxed together, rounded half up once, and every sum of an order's parts agrees."""

import csv
import io
from decimal import Decimal

import pytest
from django.core import mail
from oscar.core.loading import get_model

from shop.checkout.quotes import quote
from shop.partner.strategy import Storefront
from shop.stripe_payments.models import Payment
from tests.goods import allow_shipping, make_tag
from tests.jobs import do_jobs
from tests.shop.dashboard.orders.buying import ADDRESS, buy

pytestmark = pytest.mark.django_db

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")


@pytest.fixture(autouse=True)
def _shipping(db):
    allow_shipping("2.50")


def collect(percent, *, taxes_shipping=False, state="NY"):
    get_model("partner", "SalesTaxRate").objects.create(
        state=state, percent=percent, taxes_shipping=taxes_shipping, is_active=True
    )


def basket_of(*pieces):
    """(product, how many), each."""
    basket = Basket.objects.create()
    basket.strategy = Storefront()
    for product, quantity in pieces:
        basket.add_product(product, quantity)
    return basket


def test_ten_tags_bear_the_tax_of_ten_tags_and_not_ten_times_the_rounded_tax_of_one():
    collect("8.875")
    price = quote(basket_of((make_tag(), 10)), country_code="US", state="NY")
    assert (price.tax, price.total) == (Decimal("10.65"), Decimal("133.15"))


@pytest.mark.parametrize(
    ("price", "percent", "quantity", "tax"),
    [
        ("12.00", "8.875", 1, "1.07"),  # 1.065
        ("12.00", "8.875", 3, "3.20"),  # 3.195
        ("0.10", "5", 1, "0.01"),  # 0.005
        ("0.10", "4", 1, "0.00"),  # 0.004
        ("0.10", "4", 10, "0.04"),  # 0.040
        ("19.99", "6.35", 7, "8.89"),  # 8.885555
        ("12.00", "0", 10, "0.00"),
    ],
)
def test_a_half_cent_is_rounded_up_once(price, percent, quantity, tax):
    collect(percent)
    assert quote(basket_of((make_tag(price=price), quantity)), country_code="US", state="NY").tax == Decimal(tax)


def test_different_goods_and_shipping_are_taxed_as_one_sum():
    collect("8.875", taxes_shipping=True)
    goods = [(make_tag(title=f"Tag {number}"), 1) for number in range(3)]
    price = quote(basket_of(*goods), country_code="US", state="NY")
    assert price.tax == Decimal("3.42")  # 8.875 % of 38.50 is 3.416875; line by line it would be 3.43
    assert price.shipping_charge.incl_tax - price.shipping_charge.excl_tax == Decimal("0.22")


def test_shipping_bears_no_tax_where_it_is_not_taxed():
    collect("8.875")
    price = quote(basket_of((make_tag(), 1)), country_code="US", state="NY")
    assert price.shipping_charge.tax == 0


def test_a_price_asked_for_one_state_leaves_nothing_for_the_next():
    collect("8.875")
    basket = basket_of((make_tag(), 10))
    quote(basket, country_code="US", state="NY")
    assert quote(basket, country_code="US", state="OR").tax == 0
    assert basket.total_incl_tax == basket.total_excl_tax == Decimal("120.00")


def test_what_the_order_its_lines_its_payment_its_mail_and_its_export_say_agrees(sandbox, sam_client):
    collect("8.875")
    order = buy(make_tag(stock=20), quantity=10)
    (line,) = order.lines.all()
    assert order.total_tax == line.line_price_tax == Decimal("10.65")
    assert order.total_incl_tax == line.line_price_incl_tax + order.shipping_incl_tax == Decimal("133.15")
    assert Payment.objects.get().amount_minor == 13315
    do_jobs()
    (message,) = mail.outbox
    assert "$10.65" in message.body
    assert "$133.15" in message.body
    table = sam_client.get("/dashboard/orders/export/").getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["Goods"], row["Shipping"], row["Sales tax"], row["Total"]) == ("120.00", "2.50", "10.65", "133.15")


def test_the_prices_of_the_single_pieces_add_up_to_their_line(sandbox):
    collect("8.875")
    order = buy(make_tag(stock=20), quantity=10)
    prices = list(order.lines.get().prices.order_by("price_incl_tax").values_list("price_incl_tax", "quantity"))
    assert prices == [(Decimal("13.06"), 5), (Decimal("13.07"), 5)]


def test_the_buyer_pays_what_was_shown(sandbox, client):
    collect("8.875")
    tag = make_tag(stock=20)
    client.post(f"/basket/add/{tag.pk}/", {"quantity": 10}, headers={"sec-fetch-site": "same-origin"})
    assert "$10.65" in client.get("/basket/?state=NY").text
    data = {**ADDRESS, "update": "1"}
    page = client.post("/checkout/", data, headers={"sec-fetch-site": "same-origin"}, follow=True)
    assert "$133.15" in page.text
