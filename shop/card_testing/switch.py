"""What staff and the settings allow at this moment."""

from dataclasses import dataclass

from django.conf import settings

from shop.card_testing.models import Switch


@dataclass(frozen=True)
class State:
    """`challenge` is a value of `Switch.Challenge`; `closed` names the purposes for which nothing is taken."""

    challenge: str
    closed: frozenset[str]

    @property
    def is_challenge_off(self) -> bool:
        return self.challenge == Switch.Challenge.NEVER

    @property
    def is_challenge_for_all(self) -> bool:
        return self.challenge == Switch.Challenge.ALWAYS


def current() -> State:
    """The newest decision of staff, and what the settings close besides. One query."""
    chosen = Switch.objects.order_by("-id").first()
    closed = set(settings.CARD_TESTING_CLOSED)
    if chosen is None:
        return State(settings.CARD_TESTING_CHALLENGE, frozenset(closed))
    if not chosen.takes_gifts:
        closed.add("gift")
    if not chosen.takes_orders:
        closed.add("order")
    return State(chosen.challenge, frozenset(closed))


def is_open(purpose: str) -> bool:
    """Whether payments for this purpose are taken."""
    return purpose not in current().closed
