import csv
import io

import pytest
from oscar.core.loading import get_model

from shop.customer import accounts
from tests.conftest import person
from tests.shop.dashboard.orders.buying import buy

pytestmark = pytest.mark.django_db


def table(client, query=""):
    response = client.get(f"/dashboard/orders/export/{query}")
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_order_is_a_row_with_its_money_and_place(sam_client, order):
    (row,) = table(sam_client)
    assert row["Number"] == order.number
    assert (row["Goods"], row["Shipping"], row["Sales tax"], row["Total"]) == ("24.00", "2.50", "0.00", "26.50")
    assert (row["Items"], row["Status"], row["Payment"]) == ("2", "Paid", "paid")
    assert (row["Name"], row["City"], row["State"], row["Email"]) == ("Bob Buyer", "Albany", "NY", "bob@example.com")
    assert row["Stripe payment"].startswith("pi_")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "\uff1d1"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(sam_client, tag, sandbox, start):
    buy(tag, full_name=f"{start} Buyer", line1=start)
    (row,) = table(sam_client)
    assert row["Name"].startswith("'")
    assert row["Address"].startswith("'")


def test_a_tab_before_a_formula_does_not_help_it(sam_client, order):
    get_model("order", "ShippingAddress").objects.update(line2="\t=1+1", line1="\r=1+1")
    (row,) = table(sam_client)
    assert row["Apartment"] == "'\t=1+1"
    assert row["Address"].startswith("'")


def test_an_order_of_a_closed_account_is_exported(sam_client, tag, sandbox):
    bob = person("bob")
    order = buy(tag, user=bob)
    accounts.close_account(user=bob)
    (row,) = table(sam_client)
    assert (row["Number"], row["Email"]) == (order.number, "bob@example.com")


def test_an_order_whose_buyer_was_deleted_otherwise_is_exported(sam_client, tag, sandbox):
    bob = person("bob")
    buy(tag, user=bob)
    bob.delete()
    (row,) = table(sam_client)
    assert row["Email"] == "bob@example.com"


def test_the_export_keeps_to_the_search(sam_client, order):
    assert table(sam_client, "?status=Shipped") == []
    assert len(table(sam_client, "?q=bob&status=Paid")) == 1
