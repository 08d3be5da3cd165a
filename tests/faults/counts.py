"""How often each fault is tried: a few times in `make test`, at full count in `make faults` (FULL_FAULTS=1).

Each count can be set by an environment variable of its own name, such as RANDOM_HISTORIES=500.
"""

import os

IS_FULL = bool(os.environ.get("FULL_FAULTS"))


def _count(name: str, *, few: int, full: int) -> int:
    return int(os.environ.get(name) or (full if IS_FULL else few))


# Programs that are killed, at each step between "place order" and "mail sent".
KILLS_AT_EACH_STEP = _count("KILLS_AT_EACH_STEP", few=1, full=20)
# The last item: buyers at once, and how often.
BUYERS_AT_ONCE = _count("BUYERS_AT_ONCE", few=20, full=200)
ROUNDS_FOR_THE_LAST_ITEM = _count("ROUNDS_FOR_THE_LAST_ITEM", few=1, full=100)
# A day of random traffic: how many people come to pay, and within how many hours.
PAYMENTS_OF_A_DAY = _count("PAYMENTS_OF_A_DAY", few=12, full=300)
HOURS_OF_A_DAY = _count("HOURS_OF_A_DAY", few=1, full=24)
# A restart of the database: people who order meanwhile, and how long others go on looking.
BUYERS_AT_A_RESTART = _count("BUYERS_AT_A_RESTART", few=6, full=60)
SECONDS_AROUND_A_RESTART = _count("SECONDS_AROUND_A_RESTART", few=3, full=40)
# A slow Stripe: longer than the site waits.
SLOW_SECONDS = _count("SLOW_SECONDS", few=8, full=30)
RANDOM_HISTORIES = _count("RANDOM_HISTORIES", few=8, full=1_000)
# What hypothesis sends to each form, and to each kind of address and cookie.
EXAMPLES_OF_EACH_FORM = _count("EXAMPLES_OF_EACH_FORM", few=50, full=10_000)
EXAMPLES_OF_EACH_ADDRESS = _count("EXAMPLES_OF_EACH_ADDRESS", few=25, full=1_000)
# Stolen cards.
STOLEN_CARDS = _count("STOLEN_CARDS", few=60, full=1_000)
ADDRESSES_OF_A_FLOOD = _count("ADDRESSES_OF_A_FLOOD", few=60, full=500)
FORMS_OF_A_FLOOD = _count("FORMS_OF_A_FLOOD", few=120, full=2_000)
DONORS_IN_A_FLOOD = _count("DONORS_IN_A_FLOOD", few=8, full=100)
