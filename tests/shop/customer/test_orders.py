import pytest

from tests.conftest import person
from tests.goods import allow_shipping, make_tag
from tests.shop.dashboard.orders.buying import buy, leave_for_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def tag(db):
    allow_shipping("2.50")
    return make_tag()


@pytest.fixture
def order(tag, sandbox, alice):
    """What Alice bought while signed in."""
    return buy(tag, quantity=2, user=alice, full_name="Alice Archer", email="alice@example.com")


def test_alice_sees_her_order_with_what_it_cost_and_where_it_goes(alice_browser, order):
    assert order.number in alice_browser.get("/accounts/").text
    assert order.number in alice_browser.get("/accounts/orders/").text
    page = alice_browser.get(f"/accounts/orders/{order.number}/")
    for fact in ("Luggage tag", "Quantity 2", "$24.00", "$2.50", "$26.50", "1 Main Street", 'aria-current="step"'):
        assert fact in page.text, fact
    assert "no-store" in page["Cache-Control"]


def test_charlie_cannot_tell_alices_order_from_one_that_does_not_exist(charlie_client, order):
    assert charlie_client.get(f"/accounts/orders/{order.number}/").status_code == 404
    assert charlie_client.get("/accounts/orders/T-0000-0000-00/").status_code == 404
    for page in ("/accounts/", "/accounts/orders/"):
        assert order.number not in charlie_client.get(page).text


def test_sam_sees_it_in_the_dashboard_and_not_in_his_own_account(sam_client, order):
    assert sam_client.get(f"/accounts/orders/{order.number}/").status_code == 404
    assert sam_client.get(f"/dashboard/orders/{order.number}/").status_code == 200


def test_a_stranger_is_asked_to_sign_in_and_learns_nothing(stranger, order):
    for number in (order.number, "T-0000-0000-00"):
        response = stranger.get(f"/accounts/orders/{number}/")
        assert (response.status_code, response.content) == (302, b"")


def test_an_order_that_waits_for_its_money_says_so(tag, sandbox, alice, alice_browser):
    leave_for_payment(tag, user=alice, email="alice@example.com")
    number = alice.orders.get().number
    assert "The payment has not come yet" in alice_browser.get(f"/accounts/orders/{number}/").text


@pytest.mark.parametrize("status", ["Paid", "Packed", "Shipped", "Delivered", "Cancelled", "Returned", "Refunded"])
def test_every_status_has_a_page(alice_browser, order, status):
    type(order).objects.filter(pk=order.pk).update(status=status)
    assert alice_browser.get(f"/accounts/orders/{order.number}/").status_code == 200
    assert alice_browser.get("/accounts/orders/").status_code == 200


def test_the_list_costs_the_same_for_one_order_and_for_many(
    alice_browser, alice, order, tag, django_assert_max_num_queries
):
    for _ in range(2):
        buy(tag, user=alice, email="alice@example.com")
    with django_assert_max_num_queries(10):
        alice_browser.get("/accounts/orders/")


def test_an_account_without_orders_is_told_where_to_find_something(db):
    from tests.shop.customer.conftest import browser

    client = browser()
    client.force_login(person("dora"))
    assert "See the tags" in client.get("/accounts/").text
    assert "See the tags" in client.get("/accounts/orders/").text
    assert client.get("/accounts/orders/?page=x").status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        "wishlists/",
        "alerts/",
        "notifications/",
        "emails/",
        "addresses/",
        "order-status/T-1/abc:def/",
        "order-status-form/T-1/abc:def/",
    ],
)
def test_pages_of_oscar_that_this_site_does_not_have_are_not_there(alice_browser, page):
    assert alice_browser.get(f"/accounts/{page}").status_code == 404
