"""Staff set the sales tax rates; none is given."""

import re

import pytest
from oscar.core.loading import get_model

pytestmark = pytest.mark.django_db

RATE = {"state": "NY", "percent": "8.875", "is_active": "on"}


def rates():
    return get_model("partner", "SalesTaxRate").objects.values_list("state", "percent", "is_active")


def test_a_rate_is_added_and_changed(sam_client):
    assert sam_client.post("/dashboard/catalogue/sales-tax/create/", RATE).status_code == 302
    rate = get_model("partner", "SalesTaxRate").objects.get()
    assert "8.875" in sam_client.get("/dashboard/catalogue/sales-tax/").text
    sam_client.post(f"/dashboard/catalogue/sales-tax/{rate.pk}/", {"state": "NY", "percent": "4"})
    assert [(state, float(percent), active) for state, percent, active in rates()] == [("NY", 4.0, False)]


def test_a_new_rate_is_collected_unless_the_tick_is_taken_away(sam_client):
    page = sam_client.get("/dashboard/catalogue/sales-tax/create/")
    assert page.context["form"]["is_active"].value() is True
    assert re.search(r'<input[^>]*name="is_active"[^>]* checked', page.text)
    saved = sam_client.post("/dashboard/catalogue/sales-tax/create/", RATE, follow=True)
    assert "Sales tax is now collected for New York." in saved.text


def test_a_rate_that_is_switched_off_says_so(sam_client):
    saved = sam_client.post("/dashboard/catalogue/sales-tax/create/", {"state": "NY", "percent": "4"}, follow=True)
    assert "switched off: no sales tax is collected for New York." in saved.text
    assert "No, switched off" in sam_client.get("/dashboard/catalogue/sales-tax/").text
    rate = get_model("partner", "SalesTaxRate").objects.get()
    assert sam_client.get(f"/dashboard/catalogue/sales-tax/{rate.pk}/").context["form"]["is_active"].value() is False


@pytest.mark.parametrize(
    "wrong", [{"state": "XX"}, {"state": ""}, {"percent": "21"}, {"percent": "-1"}, {"percent": "x"}]
)
def test_a_rate_that_cannot_be_is_told(sam_client, wrong):
    assert sam_client.post("/dashboard/catalogue/sales-tax/create/", RATE | wrong).status_code == 200
    assert not rates()


def test_a_state_has_one_rate(sam_client):
    for _ in range(2):
        answer = sam_client.post("/dashboard/catalogue/sales-tax/create/", RATE)
    assert answer.status_code == 200
    assert len(rates()) == 1
