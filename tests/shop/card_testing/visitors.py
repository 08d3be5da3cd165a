"""Somebody with an address, who opens the giving page and sends it as a browser without a script does."""

from typing import Any

from django.test import Client
from django.utils import timezone

from shop.card_testing import alarm
from shop.stripe_payments.models import Payment
from tests.donations.gifts import ALICE
from tests.guarded_form import unseen_fields


class Visitor:
    """`last` is the page that is shown; what is unseen on it is sent with the next form."""

    def __init__(self, address: str, email: str = ALICE["email"]) -> None:
        self.client = Client(headers={"sec-fetch-site": "same-origin"}, enforce_csrf_checks=True)
        self.address = address
        self.email = email
        self.last = ""

    def look(self, path: str = "/donate/") -> Any:
        return self._seen(self.client.get(path, headers={"x-forwarded-for": self.address}))

    def send(self, path: str = "/donate/", **fields: str) -> Any:
        """The form on the page that came last."""
        sent = {**unseen_fields(self.last), **fields}
        return self._seen(self.client.post(path, sent, headers={"x-forwarded-for": self.address}))

    def give(self, **fields: str) -> Any:
        """Open the page and send it: $50 unless told otherwise."""
        self.look()
        return self.give_again(**fields)

    def give_again(self, **fields: str) -> Any:
        """Send the form that came last."""
        gift = {"amount": "5000", "other": "", "program": "most-needed", "name": "Alice Adams", "email": self.email}
        return self.send(**{**gift, **fields})

    def _seen(self, response: Any) -> Any:
        if not 300 <= response.status_code < 400:  # a page; what leads on leaves the form where it was
            self.last = response.text
        return response


def people(number: int, *, start: int = 1) -> list[Visitor]:
    """As many, each with an address and a mailbox of their own."""
    return [Visitor(f"198.51.100.{n}", f"person.{n}@example.com") for n in range(start, start + number)]


def decline(payment: Payment, cards: int = 1, *, now: Any = None) -> None:
    """What dispatch does for each card that was declined on the payment's page."""
    before = payment.declined_cards.count()
    for card in range(before, before + cards):
        alarm.note_declined(payment=payment, attempt=f"evt_{payment.pk}_{card}", now=now or timezone.now())


def newest_payment() -> Payment:
    return Payment.objects.latest("id")
