"""Stripe takes the connection and never answers."""

ORDERS = """
from oscar.core.loading import get_model
for order in get_model("order", "Order").objects.filter(guest_email="{email}"):
    print(order.number, order.status)
"""


def test_the_buyer_is_told_nothing_typed_is_lost_and_the_second_try_is_the_same_order(demo, bob, silenced):
    with silenced("tests.stripe_sandbox"):
        status, page = bob.check_out()
        assert status == 503
        assert bob.email in page
        assert "1 Main Street" in page
        assert "not charged" not in page.lower()
        for path in ("/", "/catalogue/", "/donate/", "/basket/"):
            assert bob.get(path)[0] == 200, path
    status, payment_page = bob.check_out()
    assert status == 303
    assert payment_page.startswith(demo.sandbox)
    assert len(demo.run(ORDERS.format(email=bob.email)).splitlines()) == 1
