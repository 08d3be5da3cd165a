"""Customers, products and prices."""

from tests.stripe_sandbox.tests.billing import monthly
from tests.stripe_sandbox.tests.conftest import refusal


def test_customer_is_created_changed_found_and_deleted(client):
    customer = client.v1.customers.create({"email": "bob@example.org", "metadata": {"a": "1"}})
    assert client.v1.customers.update(customer.id, {"name": "Bob"}).name == "Bob"
    assert [one.id for one in client.v1.customers.list({"email": "bob@example.org"}).data] == [customer.id]
    assert client.v1.customers.delete(customer.id).deleted
    assert client.v1.customers.retrieve(customer.id).deleted
    assert refusal(lambda: client.v1.customers.update(customer.id, {"name": "B"})).code == "resource_missing"


def test_customer_with_a_wrong_address_is_refused(client):
    assert refusal(lambda: client.v1.customers.create({"email": "bob at example"})).param == "email"


def test_product_and_price_are_created_changed_and_listed(client):
    product = client.v1.products.create({"id": "monthly_gift", "name": "Gift"})
    assert client.v1.products.update(product.id, {"name": "Monthly gift"}).name == "Monthly gift"
    assert (
        refusal(lambda: client.v1.products.create({"id": "monthly_gift", "name": "Gift"})).code
        == "resource_already_exists"
    )
    price = client.v1.prices.create({"currency": "usd", "unit_amount": 5000, "product": product.id})
    assert [one.id for one in client.v1.prices.list({"product": product.id}).data] == [price.id]
    assert client.v1.prices.update(price.id, {"active": False}).active is False
    assert client.v1.prices.retrieve(price.id, {"expand": ["product"]}).product.name == "Monthly gift"


def test_products_are_listed_by_their_ids(client):
    wanted = [client.v1.products.create({"name": name}).id for name in ("Monthly gift", "Yearly gift")]
    client.v1.products.create({"name": "Tag"})
    assert [one.id for one in client.v1.products.list({"ids": wanted}).data] == wanted[::-1]


def test_recurring_price_is_made_for_a_product(client):
    product = client.v1.products.create({"name": "Monthly gift"})
    price = client.v1.prices.create(monthly(2500, product=product.id))
    assert (price.type, price.recurring.interval, price.recurring.interval_count) == ("recurring", "month", 1)
    assert [one.id for one in client.v1.prices.list({"type": "recurring", "product": product.id}).data] == [price.id]
    metered = monthly(2500, product=product.id) | {"recurring": {"interval": "month", "usage_type": "metered"}}
    assert refusal(lambda: client.v1.prices.create(metered)).http_status == 501


def test_price_needs_exactly_one_amount_and_one_product(client):
    product = client.v1.products.create({"name": "Tag"})
    assert refusal(lambda: client.v1.prices.create({"currency": "usd", "product": product.id})).param == "unit_amount"
    assert refusal(lambda: client.v1.prices.create({"currency": "usd", "unit_amount": 100})).param == "product"
    assert (
        refusal(lambda: client.v1.prices.create({"currency": "xyz", "unit_amount": 1, "product": product.id})).param
        == "currency"
    )
