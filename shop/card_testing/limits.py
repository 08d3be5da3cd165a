"""How much a visitor must have shown before a payment page is opened for them.

Note [At most ten cards]
A thief has a thousand stolen numbers and a hundred addresses, and wants to know which cards still work. Every card
tried here costs the nonprofit a fee, and its standing with the card networks. A donor who mistypes a card four times
must still give. So:

1. There are three proofs, each dearer to a thief and a moment's patience to a donor: a form as browsers send it, a
   calculation in the browser, a link that was mailed. Whatever runs out raises what is asked; nobody is sent away.
2. Only so many payment pages may stand open at once that were opened with the first proof, and as many with the
   second (5 each). Counting is done one after the other, so a hundred requests at once find the same number of
   places. Payments that succeed make more places, so a day on which many give has room for many.
3. Stripe's page takes several cards. It is closed after 5 that were declined: the fifth may be the right one.
4. 5 declined cards within an hour that are half of all cards or more are an alarm: the next proof is asked of
   everybody, and pages that were opened with less are closed. 5 more behind that proof, and it is the one after.

5. Declines on a page that is paid in the end are forgiven as typing errors, 4 an hour and one more for each ten
   payments. Otherwise one good card would hide all others.

So a program that fills in forms reaches at most 5 pages and 5 cards, and one that also calculates 5 more of each:
10. This counts cards tried at the pace of a real payment page; as the news of a decline takes a second to arrive, a
card or two may slip in. Thieves who read real mailboxes get as many pages as mailboxes: for them staff are told,
and have the switch.

All figures are settings; those in use elsewhere: 3 a minute an address, 10 failures a minute and 30 tries a minute in
all (Cameo); 10 a day, a stop after 5 failures in 3 minutes (Tor).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from shop.card_testing import alarm
from shop.card_testing.challenge import MOST_DOUBLINGS
from shop.card_testing.models import Proof, Start, StartQuerySet
from shop.stripe_payments.models import Payment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Visit:
    """Where a form comes from and which mailbox it names, as keyed hashes."""

    address: str
    email: str


@dataclass(frozen=True)
class Demand:
    """What the visitor must have shown, and how often the calculation is doubled."""

    proof: Proof
    doublings: int = 0


def demand(visit: Visit, *, least: Proof, now: datetime) -> Demand:
    """What all limits together ask of this visit, `least` or more. Call it when it is your turn."""
    address = Start.objects.filter(address=visit.address)
    lately, by_address = _tries(address, now=now, lately=timedelta(minutes=1), longer=HOUR)
    asked = max(
        least,
        alarm.tally(now=now).demanded,
        _asked_by(
            lately, by_address, (settings.CARD_TESTING_ADDRESS_PER_MINUTE, settings.CARD_TESTING_ADDRESS_PER_HOUR)
        ),
        _asked_by(
            *_tries(Start.objects.filter(email=visit.email), now=now, lately=HOUR, longer=DAY),
            (settings.CARD_TESTING_EMAIL_PER_HOUR, settings.CARD_TESTING_EMAIL_PER_DAY),
        ),
    )
    places, taken = _places(now)
    while asked < Proof.MAILBOX and taken[asked] >= places:
        asked = Proof(asked + 1)
    dearness = MOST_DOUBLINGS * taken[Proof.WORK] // max(places, 1)
    return Demand(asked, max(dearness, by_address // settings.CARD_TESTING_ADDRESS_PER_MINUTE))


def _tries(starts: StartQuerySet, *, now: datetime, lately: timedelta, longer: timedelta) -> tuple[int, int]:
    """Starts within either time that did not end in a payment: those who give often are no thieves."""
    counts = (
        starts.not_paid()
        .filter(started_at__gt=now - longer)
        .aggregate(lately=Count("id", filter=Q(started_at__gt=now - lately)), longer=Count("id"))
    )
    return counts["lately"], counts["longer"]


def _asked_by(lately: int, longer: int, most: tuple[int, int]) -> Proof:
    most_lately, most_longer = most
    if longer >= most_longer:
        return Proof.MAILBOX
    return Proof.WORK if lately >= most_lately else Proof.NONE


def _places(now: datetime) -> tuple[int, dict[Proof, int]]:
    """How many pages may stand open for each of the first two proofs, and how many do."""
    paid = Payment.objects.filter(paid_at__gt=now - DAY, start__isnull=False).count()  # renewals need no page
    places = settings.CARD_TESTING_OPEN_PAGES + settings.CARD_TESTING_OPEN_PAGES_PER_PAYMENT * paid
    return places, Start.objects.open_pages(now=now).by_proof()
