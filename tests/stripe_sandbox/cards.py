"""Stripe's documented test cards and the checks that its page makes on a card.

Source: https://docs.stripe.com/testing
"""

import re
from dataclasses import dataclass
from datetime import datetime

from tests.stripe_sandbox.card_fates import DISPUTES, REFUND_FATES, WARNED_OF
from tests.stripe_sandbox.cards_on_file import ALWAYS_AUTHENTICATES, ATTACHES_YET_DECLINES


@dataclass(frozen=True)
class Decline:
    """Why a bank says no. Source: https://docs.stripe.com/declines/codes"""

    code: str
    decline_code: str
    message: str
    field: str = "card"
    type: str = "card_error"


DECLINED = "Your card was declined."
DECLINES = {
    "4000000000000002": Decline("card_declined", "generic_decline", DECLINED),
    "4000000000009995": Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "4000000000009987": Decline("card_declined", "lost_card", DECLINED),
    "4000000000009979": Decline("card_declined", "stolen_card", DECLINED),
    "4000000000000069": Decline("expired_card", "expired_card", "Your card has expired.", "expiration"),
    "4000000000000127": Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "cvc"),
    "4000000000000119": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "4000000000006975": Decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    "4100000000000019": Decline("card_declined", "fraudulent", DECLINED),
    "4000008400001629": Decline("card_declined", "generic_decline", DECLINED),
    "4000008260003178": Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
}
DECLINES["4000000000000341"] = DECLINES["4000000000000002"]
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, "
    "visit: https://docs.stripe.com/testing.",
)
AUTHENTICATION_FAILED = Decline(
    "payment_intent_authentication_failure",
    "authentication_required",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    type="invalid_request_error",
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)

NEEDS_AUTHENTICATION = {
    "4000002500003155",
    "4000002760003184",
    "4000003800000446",
    "4000008400001629",
    "4000008260003178",
}


_SUCCEEDS = {
    *REFUND_FATES,
    *DISPUTES,
    *WARNED_OF,
    "4242424242424242",
    "4000056655665556",
    "5555555555554444",
    "2223003122003222",
    "5200828282828210",
    "5105105105105100",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "6011981111111113",
    "3056930009020004",
    "36227206271667",
    "6555900000604105",
    "3566002020360505",
    "6200000000000005",
    "6200000000000047",
    "6205500000000000004",
}
_DEBIT = {"4000056655665556", "5200828282828210", "6011981111111113", "6200000000000047"}
_PREPAID = {"5105105105105100"}
_BRANDS = [
    ("amex", r"3[47]"),
    ("diners", r"3[068]"),
    ("jcb", r"35"),
    ("unionpay", r"62"),
    ("discover", r"6"),
    ("mastercard", r"(5|2)"),
    ("visa", r"4"),
]


@dataclass(frozen=True)
class Card:
    """A card that passed the page's checks. Nothing but its last four digits is stored, unless it is a documented test card."""

    number: str
    month: int
    year: int

    @property
    def brand(self) -> str:
        return brand_of(self.number)

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def funding(self) -> str:
        return "debit" if self.number in _DEBIT else "prepaid" if self.number in _PREPAID else "credit"

    @property
    def refund_fate(self) -> str:
        return REFUND_FATES.get(self.number, "succeeds")

    @property
    def dispute(self) -> str | None:
        """Why its charge is disputed, or `inquiry`."""
        return DISPUTES.get(self.number)

    @property
    def is_warned_of(self) -> bool:
        return self.number in WARNED_OF

    @property
    def needs_authentication(self) -> bool:
        return self.number in NEEDS_AUTHENTICATION

    @property
    def decline(self) -> Decline | None:
        if self.number in _SUCCEEDS:
            return None
        if self.number in DECLINES:
            return DECLINES[self.number]
        return None if self.needs_authentication else NOT_A_TEST_CARD

    @property
    def setup_decline(self) -> Decline | None:
        """Why the card cannot be saved for later."""
        return None if self.number in ATTACHES_YET_DECLINES else self.decline

    @property
    def off_session_decline(self) -> Decline | None:
        """Why the saved card cannot be charged while its owner is away."""
        return AUTHENTICATION_REQUIRED if self.number in ALWAYS_AUTHENTICATES else self.decline

    @property
    def is_documented(self) -> bool:
        return self.number in _SUCCEEDS or self.number in DECLINES or self.needs_authentication


class CardRefused(ValueError):
    """What was typed cannot be a card: messages by field, in the words of Stripe's page."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def read_card(*, number: str, expiration: str, cvc: str, now: datetime) -> Card:
    """Check what was typed. Raises CardRefused with one message for each wrong field."""
    problems: dict[str, str] = {}
    digits = re.sub(r"[\s-]", "", number)
    if not digits or not digits.isascii() or not digits.isdigit() or not 12 <= len(digits) <= 19:
        problems["card"] = "Your card number is incomplete."
    elif not passes_luhn(digits):
        problems["card"] = "Your card number is invalid."
    month, year = _read_expiration(expiration, now, problems)
    if not re.fullmatch(r"[0-9]{4}" if brand_of(digits) == "amex" else r"[0-9]{3}", cvc.strip()):
        problems["cvc"] = "Your card's security code is incomplete."
    if problems:
        raise CardRefused(problems)
    return Card(digits, month, year)


def brand_of(digits: str) -> str:
    return next((brand for brand, pattern in _BRANDS if re.match(pattern, digits)), "unknown")


def passes_luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _read_expiration(text: str, now: datetime, problems: dict[str, str]) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/\s*([0-9]{2}|20[0-9]{2})\s*", text) or re.fullmatch(
        r"\s*(0[1-9]|1[0-2])\s*([0-9]{2}|20[0-9]{2})\s*", text
    )
    if not match:
        problems["expiration"] = "Your card's expiration date is incomplete."
        return 0, 0
    month, year = int(match.group(1)), 2000 + int(match.group(2)) % 100
    if (year, month) < (now.year, now.month):
        problems["expiration"] = (
            "Your card's expiration year is in the past."
            if year < now.year
            else "Your card's expiration date is in the past."
        )
    elif year > now.year + 50:
        problems["expiration"] = "Your card's expiration year is invalid."
    return month, year
