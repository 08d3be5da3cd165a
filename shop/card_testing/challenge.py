"""A calculation that costs a visitor's browser a moment and a thief, for every card, a machine.

The scheme is ALTCHA's proof of work, version 2: find the counter for which PBKDF2 gives a key that starts as asked.
The counter is drawn from a narrow range, so that nobody has bad luck and waits long. Nobody else is asked.
Source: altcha.org/docs, "Proof of work"; static/js/challenge_worker.js is the browser's side.
"""

import base64
import json
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

from shop.card_testing.models import Proof

FIELD = "solution"
LONGEST = 4000
TIME_TO_SOLVE = timedelta(minutes=15)
MOST_DOUBLINGS = 4

_ALGORITHM = "PBKDF2/SHA-256"
_ITERATIONS = 5000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Challenge:
    """What a form is answered with. Without a puzzle the mailed link alone leads on.

    `puzzle` is JSON for the browser; `steps` is the most that it has to try, about a second for each 400 on a
    middling phone. `is_link_refused`: too many links were asked for lately, so that none is mailed now. `used_up` is
    the proof that came with the form and had opened another page.
    """

    puzzle: str = ""
    steps: int = 0
    is_link_refused: bool = False
    used_up: Proof = Proof.NONE


def puzzle_for(address: str, *, doublings: int, now: datetime) -> Challenge:
    """A new calculation for the place `address`, twice as long for each doubling. No puzzle if none can be made."""
    try:
        steps = settings.CARD_TESTING_WORK * 2 ** min(doublings, MOST_DOUBLINGS)
        puzzle = altcha.create_challenge(
            _ALGORITHM,
            _ITERATIONS,
            counter=steps // 2 + secrets.randbelow(steps - steps // 2),
            expires_at=now + TIME_TO_SOLVE,
            data={"for": address},
            hmac_secret=_secret("challenge"),
            hmac_key_secret=_secret("key"),
        )
    except Exception:
        logger.exception("No calculation could be made: visitors are offered the mailed link alone")
        return Challenge()
    return Challenge(puzzle=json.dumps(puzzle.to_dict()), steps=steps)


def solved(solution: str, *, address: str) -> str | None:
    """What names the puzzle that was solved, for counting it once; None unless it was solved, in time, for this place."""
    if not solution or len(solution) > LONGEST:
        return None
    try:
        result = altcha.verify_solution(solution, _secret("challenge"), hmac_key_secret=_secret("key"))
        parameters = _parameters(solution) if result.verified else {}
    except Exception:  # whatever was sent, it is no solution
        logger.warning("A solution could not be read", exc_info=True)
        return None
    return str(parameters["nonce"]) if parameters.get("data") == {"for": address} else None


def _parameters(solution: str) -> dict[str, Any]:
    return json.loads(base64.b64decode(solution))["challenge"]["parameters"]


def _secret(use: str) -> bytes:
    return salted_hmac("shop.card_testing.challenge", use, algorithm="sha256").digest()
