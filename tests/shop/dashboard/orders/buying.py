"""Bob buys, over HTTP and with the Stripe sandbox."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from oscar.core.loading import get_model

from tests.guarded_form import unseen_fields
from tests.hosted_page import pay

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


def buy(product: Any, *, quantity: int = 1, user: AbstractBaseUser | None = None, **changes: str) -> Any:
    """The paid order. As a guest unless a user is given."""
    client, page = leave_for_payment(product, quantity=quantity, user=user, **changes)
    _, back = pay(page)
    client.get(back.removeprefix("http://testserver"))
    order = get_model("order", "Order").objects.latest("id")
    assert order.status == "Paid"
    return order


def leave_for_payment(
    product: Any, *, quantity: int = 1, user: AbstractBaseUser | None = None, **changes: str
) -> tuple[Client, str]:
    """The browser, and the address of the payment page that it was sent to."""
    client = Client(headers={"sec-fetch-site": "same-origin"}, enforce_csrf_checks=True)
    if user is not None:
        client.force_login(user)
    client.post(f"/basket/add/{product.pk}/", {"quantity": quantity})
    unseen = unseen_fields(client.get("/checkout/").text)
    response = client.post("/checkout/", {**ADDRESS, **unseen, **changes})
    assert response.status_code == 303, response.content[:500]
    return client, response.url
