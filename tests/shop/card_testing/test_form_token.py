"""The form's token: ours, fresh, and not sent faster than people read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.card_testing import form_token

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _three_seconds(settings):
    settings.CARD_TESTING_LEAST_SECONDS = 3


def is_from_a_person(*, made: timedelta, **fields: str) -> bool:
    form = {"form_token": form_token.issue(now=NOW - made), **fields}
    return form_token.is_from_a_person(form, now=NOW)


@pytest.mark.parametrize(
    ("made", "is_right"),
    [
        (timedelta(seconds=2), False),
        (timedelta(seconds=3), True),
        (timedelta(minutes=60), True),
        (timedelta(minutes=60, seconds=1), False),
        (timedelta(seconds=-30), False),
    ],
)
def test_a_form_is_right_from_three_seconds_after_its_page_to_an_hour(made, is_right):
    assert is_from_a_person(made=made) is is_right


def test_what_is_in_the_trap_was_not_written_by_a_person():
    assert not is_from_a_person(made=timedelta(minutes=1), message="Buy now")
    assert is_from_a_person(made=timedelta(minutes=1), message=" ")


def test_without_a_token_or_with_a_changed_one_it_is_not_ours():
    token = form_token.issue(now=NOW - timedelta(minutes=1))
    assert not form_token.is_from_a_person({}, now=NOW)
    made_at, signature = token.split(":")
    assert not form_token.is_from_a_person({"form_token": f"{int(made_at) + 1}:{signature}"}, now=NOW)


@given(st.text(max_size=300))
def test_nothing_that_is_not_ours_is_taken(text):
    assert not form_token.is_current(text, now=NOW)


def test_all_who_look_at_the_same_second_get_the_same_token():
    assert form_token.issue(now=NOW) == form_token.issue(now=NOW + timedelta(milliseconds=900))
