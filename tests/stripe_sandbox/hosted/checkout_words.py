"""The words of the payment page, by what the session is for."""

from dataclasses import dataclass

from tests.stripe_sandbox.billing.items import every
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.store import Json

_WORDS = {"donate": ("Donate", "Your gift"), "book": ("Book", "Your booking")}


@dataclass(frozen=True)
class Words:
    heading: str
    total: str
    paying_heading: str
    terms: str
    button: str


def words_for(session: Json, hidden: Json) -> Words:
    if session["mode"] == "setup":
        terms = "Nothing is charged now. The card is kept for payments to come."
        return Words("Save a card", "", "Save your card", terms, "Save card")
    total = written(session["amount_total"], session["currency"])
    if session["mode"] == "subscription":
        return _of_subscription(session, f"{total} per {every(hidden['line_items'][0]['price'])}")
    button, heading = _WORDS.get(session["submit_type"], ("Pay", "Your order"))
    return Words(heading, total, "Pay with card", "", f"{button} {total}")


def closed_words(session: Json) -> tuple[str, str]:
    """Heading and text of a session that is complete."""
    if session["mode"] == "setup":
        return "This card is saved", "Nothing was charged."
    paid = written(session["amount_total"], session["currency"])
    if session["mode"] == "subscription":
        return (
            "This payment is complete",
            f"{paid} was paid. The same amount is charged each period until it is canceled.",
        )
    was_paid = "is being debited" if session["payment_status"] == "unpaid" else "was paid"
    return "This payment is complete", f"{paid} {was_paid}. Nothing more will be charged."


def _of_subscription(session: Json, total: str) -> Words:
    is_gift = session["submit_type"] == "donate"
    heading = "Your regular gift" if is_gift else "Your subscription"
    terms = f"{total} will be charged to this card until you cancel. You can cancel at any time."
    return Words(heading, total, "Pay with card", terms, "Donate" if is_gift else "Subscribe")
