"""Cents to dollars and back: nothing is rounded, nothing is guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.money import UnreadableAmount, format_minor, parse_amount, to_decimal, to_minor

cents = st.integers(min_value=-(10**12), max_value=10**12)


@given(cents)
def test_cents_survive_the_way_to_decimal_and_back(amount_minor):
    assert to_minor(to_decimal(amount_minor)) == amount_minor


@given(st.integers(min_value=0, max_value=10**12))
def test_what_is_shown_can_be_typed(amount_minor):
    assert parse_amount(format_minor(amount_minor)) == amount_minor


@pytest.mark.parametrize(
    ("amount_minor", "shown"),
    [(0, "$0.00"), (5, "$0.05"), (1200, "$12.00"), (123456789, "$1,234,567.89"), (-500, "-$5.00")],
)
def test_money_is_shown_with_dollars_and_cents(amount_minor, shown):
    assert format_minor(amount_minor) == shown


@pytest.mark.parametrize(
    ("typed", "amount_minor"),
    [
        ("50", 5000),
        ("50.00", 5000),
        ("50,00", 5000),
        ("$50", 5000),
        (" $ 50.5 ", 5050),
        ("0.4", 40),
        ("1,250.50", 125050),
        ("\uff15\uff10", 5000),
        ("99999999999", 9999999999900),
    ],
)
def test_what_a_person_means_is_understood(typed, amount_minor):
    assert parse_amount(typed) == amount_minor


@pytest.mark.parametrize(
    "typed", ["", "-5", "+5", "1e3", "5.123", "1,25,000", "fifty", "$", "50 50", "NaN", "Infinity", "5\u0660"]
)
def test_what_cannot_be_understood_is_refused(typed):
    with pytest.raises(UnreadableAmount):
        parse_amount(typed)


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_refused(typed):
    try:
        assert parse_amount(typed) >= 0
    except UnreadableAmount:
        pass


def test_parts_of_a_cent_are_never_rounded_away():
    with pytest.raises(ValueError, match="parts of a minor unit"):
        to_minor(Decimal("1.005"))


@pytest.mark.parametrize("convert", [lambda: to_minor(Decimal(1), "EUR"), lambda: to_decimal(1, "XXX")])
def test_a_currency_that_is_not_taken_is_refused(convert):
    with pytest.raises(ValueError, match="not a currency"):
        convert()
