"""How things stand, for staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from shop.card_testing import alarm, switch
from shop.card_testing.models import ChallengedMinute, Proof, Start
from shop.card_testing.switch import State

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Pages:
    """Payment pages that were opened with one proof within an hour, and how many of them stand open."""

    proof: Proof
    opened: int
    open_now: int
    declined: int


@dataclass(frozen=True)
class Overview:
    """`demanded` is what the alarm asks of everybody; one address or mailbox may be asked for more."""

    state: State
    demanded: Proof
    pages: list[Pages]
    challenged: int
    declined: int
    paid: int

    @property
    def is_calm(self) -> bool:
        return self.demanded == Proof.NONE

    @property
    def is_gift_closed(self) -> bool:
        return "gift" in self.state.closed

    @property
    def is_order_closed(self) -> bool:
        return "order" in self.state.closed


def look(*, now: datetime) -> Overview:
    """The last hour, and this moment."""
    cards = alarm.tally(now=now)
    opened = Start.objects.filter(started_at__gt=now - HOUR).by_proof()
    open_now = Start.objects.open_pages(now=now).by_proof()
    declined = (cards.declined_without_proof, cards.declined_with_work, cards.declined_with_mailbox)
    challenged = ChallengedMinute.objects.filter(minute__gt=now - HOUR).aggregate(sum=Sum("forms", default=0))
    return Overview(
        state=switch.current(),
        demanded=cards.demanded,
        pages=[Pages(proof, opened[proof], open_now[proof], declined[proof]) for proof in Proof],
        challenged=challenged["sum"],
        declined=cards.declined,
        paid=cards.paid,
    )
