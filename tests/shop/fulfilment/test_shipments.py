"""How a parcel can be followed: typed by staff, told to the buyer."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from shop.fulfilment.models import Shipment
from shop.fulfilment.shipments import note_shipment, shipment_of
from tests.conftest import person
from tests.goods import allow_shipping, counts, make_tag
from tests.jobs import do_jobs
from tests.shop.customer.conftest import browser
from tests.shop.dashboard.orders.buying import buy
from tests.shop.dashboard.orders.conftest import staff  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db

USPS = {"carrier": "USPS", "tracking_number": "9400 1000 0000 0000 0000 00"}
USPS_PAGE = "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400100000000000000000"


@pytest.fixture
def bob(db):
    return person("bob")


@pytest.fixture
def order(bob, sandbox, sam_client):
    """Packed, and its buyer was told that it is paid."""
    allow_shipping()
    order = buy(make_tag(stock=5), user=bob)
    sam_client.post("/dashboard/orders/move/", {"order": order.number, "new_status": "Packed"})
    do_jobs()
    mail.outbox.clear()
    return order


def ship(client, order, **typed):
    return client.post(f"/dashboard/orders/{order.number}/ship/", typed, follow=True)


def page_of(client, order):
    return client.get(f"/dashboard/orders/{order.number}/").text


def test_the_tracking_number_stands_in_the_mail_on_the_order_and_in_the_buyers_account(sam_client, bob, order):
    assert "is now “Shipped”" in ship(sam_client, order, **USPS).text
    order.refresh_from_db()
    assert order.status == "Shipped"
    assert do_jobs() == ["send_shipped_mail"]
    (message,) = mail.outbox
    html = message.alternatives[0][0]
    for text in (message.body, html):
        assert USPS["tracking_number"] in text
        assert USPS_PAGE in text
    assert USPS_PAGE in page_of(sam_client, order)
    client = browser()
    client.force_login(bob)
    account = client.get(f"/accounts/orders/{order.number}/").text
    assert USPS["tracking_number"] in account
    assert f'href="{USPS_PAGE}"' in account


def test_an_order_is_shipped_without_a_number_too(sam_client, order):
    assert 'action="/dashboard/orders/' in page_of(sam_client, order)
    ship(sam_client, order, carrier="", tracking_number="", tracking_link="")
    order.refresh_from_db()
    assert order.status == "Shipped"
    do_jobs()
    assert "Follow your parcel" not in mail.outbox[0].body
    assert "No tracking number was noted." in page_of(sam_client, order)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("tracking_link", "http://carrier.example/1"),
        ("tracking_link", "javascript:alert(1)"),
        ("tracking_link", "carrier"),
        ("tracking_number", "<script>"),
        ("tracking_number", "1" * 61),
        ("tracking_number", "=1+1"),
        ("carrier", "x" * 41),
    ],
)
def test_what_cannot_be_right_is_told_and_the_order_stays_where_it_is(sam_client, order, field, typed):
    page = ship(sam_client, order, **{field: typed})
    assert list(page.context["shipment_form"].errors) == [field]
    assert page.context["shipment_form"].errors[field][0] in page.text
    order.refresh_from_db()
    assert order.status == "Packed"
    assert shipment_of(order) is None
    assert do_jobs() == []


def test_a_number_is_added_or_mended_later_and_taken_back(sam_client, order):
    ship(sam_client, order)
    address = f"/dashboard/orders/{order.number}/shipment/"
    sam_client.post(address, {"carrier": "Pigeon", "tracking_link": "https://pigeon.example/7"})
    assert shipment_of(order).url == "https://pigeon.example/7"
    sam_client.post(address, USPS)
    assert shipment_of(order).url == USPS_PAGE
    assert USPS["tracking_number"] in page_of(sam_client, order)
    sam_client.post(address, {"carrier": " "})
    assert shipment_of(order) is None


def test_an_order_that_cannot_be_shipped_keeps_no_number(sam_client, order):
    ship(sam_client, order, **USPS)
    page = ship(sam_client, order, carrier="UPS", tracking_number="1Z")
    assert "cannot become" in page.text
    assert shipment_of(order).carrier == "USPS"


def test_who_may_only_look_ships_nothing(order, staff):  # noqa: F811 -- the fixture
    reader = staff("view_order")
    for step in ("ship", "shipment"):
        assert reader.post(f"/dashboard/orders/{order.number}/{step}/", USPS).status_code == 403
    assert "Mark as shipped" not in page_of(reader, order)
    assert shipment_of(order) is None


@pytest.mark.parametrize(
    ("carrier", "number", "page"),
    [
        ("usps ", "94 00", "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400"),
        ("UPS", "1Z9", "https://www.ups.com/track?tracknum=1Z9"),
        ("FedEx", "12", "https://www.fedex.com/fedextrack/?trknbr=12"),
        ("DHL", "12", "https://www.dhl.com/us-en/home/tracking.html?tracking-id=12"),
        ("Pigeon", "12", ""),
        ("UPS", "", ""),
    ],
)
def test_carriers_that_are_known_are_linked_by_their_number(carrier, number, page):
    assert Shipment(carrier=carrier, tracking_number=number).url == page


def test_the_database_keeps_no_empty_and_no_insecure_shipment(order):
    with pytest.raises(IntegrityError), transaction.atomic():
        Shipment.objects.create(order=order)
    with pytest.raises(IntegrityError), transaction.atomic():
        note_shipment(order_id=order.pk, tracking_link="http://carrier.example/")


def test_the_step_takes_the_stock_out(sam_client, order):
    ship(sam_client, order, **USPS)
    assert counts(order.lines.get().product) == (4, 0)
