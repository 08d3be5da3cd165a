"""The demo's account at the Stripe sandbox has what monthly gifts need, without anybody having asked for it."""

import pytest
import urllib3


@pytest.mark.journey
def test_demo_has_the_product_and_the_portal_of_monthly_gifts(demo):
    def ask(path):
        answer = urllib3.request("GET", f"{demo.sandbox}{path}", headers={"Authorization": "Bearer sk_test_demo"})
        assert answer.status == 200, answer.data
        return answer.json()

    assert ask("/v1/products/monthly_gift")["active"] is True
    (portal,) = ask("/v1/billing_portal/configurations?is_default=false")["data"]
    assert portal["metadata"] == {"made_for": "monthly_gifts"}
    assert portal["default_return_url"] == f"{demo.site}/donate/"
