"""The calculation: solved it counts, for the place that was asked, in time, and growing dearer."""

import base64
import json
from datetime import timedelta

import altcha
import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shop.card_testing import challenge

NOON = "2026-03-01T12:00:00Z"


@pytest.fixture(autouse=True)
def _easy(settings):
    settings.CARD_TESTING_WORK = 4


def solution_for(address: str, *, doublings: int = 0) -> str:
    made = challenge.puzzle_for(address, doublings=doublings, now=timezone.now())
    puzzle = altcha.Challenge.from_dict(json.loads(made.puzzle))
    solution = altcha.solve_challenge(puzzle)
    assert solution
    return altcha.Payload(puzzle, solution).to_base64()


def test_a_solution_names_its_puzzle_always_the_same():
    solution = solution_for("home")
    assert challenge.solved(solution, address="home")
    assert challenge.solved(solution, address="home") == challenge.solved(solution, address="home")
    assert challenge.solved(solution, address="home") != challenge.solved(solution_for("home"), address="home")


def test_a_solution_helps_nobody_at_another_place():
    assert challenge.solved(solution_for("home"), address="elsewhere") is None


def test_a_solution_is_good_for_a_quarter_of_an_hour():
    with time_machine.travel(NOON, tick=False) as now:
        solution = solution_for("home")
        now.shift(timedelta(minutes=15))
        assert challenge.solved(solution, address="home")
        now.shift(timedelta(seconds=2))
        assert challenge.solved(solution, address="home") is None


def test_a_changed_puzzle_or_a_guess_is_no_solution():
    sent = json.loads(base64.b64decode(solution_for("home")))
    for change in (
        {"cost": 1},
        {"expiresAt": 4102444800},
        {"data": {"for": "elsewhere"}},
        {"keyPrefix": "00"},
        {"keySignature": "00"},
    ):
        parameters = {**sent["challenge"]["parameters"], **change}
        forged = {"challenge": {**sent["challenge"], "parameters": parameters}, "solution": sent["solution"]}
        for address in ("home", "elsewhere"):
            assert challenge.solved(encoded(forged), address=address) is None, change
    guess = {**sent, "solution": {"counter": 1, "derivedKey": "ab" * 32}}
    assert challenge.solved(encoded(guess), address="home") is None


def encoded(thing: object) -> str:
    return base64.b64encode(json.dumps(thing).encode()).decode()


PARTS = st.sampled_from(["challenge", "parameters", "signature", "solution", "counter", "derivedKey", "nonce", "data"])
json_things = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PARTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.text(max_size=200) | json_things.map(encoded))
def test_nothing_else_is_a_solution(sent):
    assert challenge.solved(sent, address="home") is None


def test_each_doubling_is_twice_the_work_up_to_sixteen_times():
    steps = [challenge.puzzle_for("home", doublings=n, now=timezone.now()).steps for n in range(7)]
    assert steps == [4, 8, 16, 32, 64, 64, 64]


def test_nobody_has_bad_luck(settings):
    settings.CARD_TESTING_WORK = 8
    for _ in range(20):
        counter = json.loads(base64.b64decode(solution_for("home")))["solution"]["counter"]
        assert 4 <= counter < 8


def test_when_no_puzzle_can_be_made_the_mailed_link_is_left(settings):
    settings.CARD_TESTING_WORK = None
    assert challenge.puzzle_for("home", doublings=0, now=timezone.now()).puzzle == ""
