"""Minor units (cents) to Decimal and back, and how money is read and shown. The only place that converts."""

import re
import unicodedata
from decimal import Decimal

CURRENCY = "USD"
MINOR_UNITS_EXPONENT = {"USD": 2}

_AMOUNT = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<cents>\d{1,2}))?")


class UnreadableAmount(ValueError):
    """What was typed is not an amount of money."""


def to_minor(amount: Decimal, currency: str = CURRENCY) -> int:
    """`Decimal("12.00")` dollars to 1200 cents. Raises ValueError for parts of a cent: nothing is rounded away."""
    scaled = amount.scaleb(_exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} {currency} has parts of a minor unit")
    return int(scaled)


def to_decimal(amount_minor: int, currency: str = CURRENCY) -> Decimal:
    """1200 cents to `Decimal("12.00")` dollars."""
    return Decimal(amount_minor).scaleb(-_exponent(currency))


def format_minor(amount_minor: int, currency: str = CURRENCY) -> str:
    """1200 to `$12.00`; 123456789 to `$1,234,567.89`; negative amounts as `-$5.00`."""
    sign = "-" if amount_minor < 0 else ""
    symbol = "$" if currency.upper() == "USD" else f"{currency.upper()} "
    return f"{sign}{symbol}{to_decimal(abs(amount_minor), currency):,.{_exponent(currency)}f}"


def parse_amount(text: str, currency: str = CURRENCY) -> int:
    """What a person typed, in dollars, to cents. Raises `UnreadableAmount`.

    Accepted: `50`, `50.00`, `$50`, `1,250`, `1,250.50`, full-width digits, and `50,00` as 50 dollars, since two
    digits behind a lone comma can only be cents. Refused: signs, exponents, letters, a third decimal.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("$").removesuffix("USD").strip()
    if re.fullmatch(r"\d+,\d{2}", plain):
        plain = plain.replace(",", ".")
    match = _AMOUNT.fullmatch(plain)
    if match is None or not plain.isascii():
        raise UnreadableAmount(text)
    whole, cents = match["whole"].replace(",", ""), (match["cents"] or "").ljust(2, "0")
    return to_minor(Decimal(f"{whole}.{cents}"), currency)


def _exponent(currency: str) -> int:
    try:
        return MINOR_UNITS_EXPONENT[currency.upper()]
    except KeyError:
        raise ValueError(f"{currency} is not a currency that this site takes") from None
