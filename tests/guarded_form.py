"""The unseen fields of a form that leads to a payment, and the calculation that it may ask for.

Tests that are not about card testing have roomy limits; tests/faults/test_stolen_cards.py runs with the real ones.
"""

import html
import json
import re

import altcha

ROOMY = {
    "CARD_TESTING_LEAST_SECONDS": 0,
    **dict.fromkeys(
        (
            "CARD_TESTING_ADDRESS_PER_MINUTE",
            "CARD_TESTING_ADDRESS_PER_HOUR",
            "CARD_TESTING_EMAIL_PER_HOUR",
            "CARD_TESTING_EMAIL_PER_DAY",
            "CARD_TESTING_OPEN_PAGES",
            "CARD_TESTING_ALARM_DECLINES",
        ),
        10_000,
    ),
}
_HIDDEN = re.compile(r'<input type="hidden" name="(form_token|solution|mailed)" value="([^"]*)"')


def unseen_fields(page: str) -> dict[str, str]:
    """What a browser would send along from this page; nothing when there is no such form on it."""
    return dict(_HIDDEN.findall(page))


def is_challenged(page: str) -> bool:
    return 'class="challenge"' in page


def solve(page: str) -> dict[str, str]:
    """The field that carries the solution, as the script would fill it in. The page must hold a calculation."""
    puzzle = re.search(r'data-challenge="([^"]+)"', page)
    assert puzzle, "no calculation is asked for"
    challenge = altcha.Challenge.from_dict(json.loads(html.unescape(puzzle[1])))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return {"solution": altcha.Payload(challenge, solution).to_base64()}


def offers_calculation(page: str) -> bool:
    return re.search(r'data-challenge="[^"]', page) is not None
