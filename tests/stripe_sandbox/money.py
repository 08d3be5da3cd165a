"""Currencies that the sandbox takes, their limits, and how an amount is written for people."""

from tests.stripe_sandbox.errors import invalid

LARGEST_MINOR = 99_999_999
SMALLEST_MINOR = {"usd": 50, "eur": 50, "gbp": 30, "cad": 50, "aud": 50, "chf": 50}
"""Smallest charge. Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"""
_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "cad": "CA$", "aud": "A$", "chf": "CHF "}


def check_currency(currency: str, *, param: str) -> str:
    """The currency in lowercase. The sandbox takes the two-decimal ones in the table."""
    if currency.lower() not in SMALLEST_MINOR:
        raise invalid(f"Invalid currency: {currency}. The sandbox takes: {', '.join(SMALLEST_MINOR)}", param=param)
    return currency.lower()


def check_charge_amount(amount: int, currency: str, *, param: str) -> None:
    if amount < SMALLEST_MINOR[currency]:
        raise invalid(
            "The Checkout Session's total amount due must add up to at least "
            f"{written(SMALLEST_MINOR[currency], currency)} {currency}",
            param=param,
            code="amount_too_small",
        )
    if amount > LARGEST_MINOR:
        raise invalid(
            f"The Checkout Session's total amount must be no more than {written(LARGEST_MINOR, currency)} {currency}",
            param=param,
            code="amount_too_large",
        )


def written(amount: int, currency: str) -> str:
    """`$1,234.50`"""
    sign = "-" if amount < 0 else ""
    return f"{sign}{_SIGNS.get(currency, currency.upper() + ' ')}{abs(amount) // 100:,}.{abs(amount) % 100:02}"
