"""Notices when cards are declined as thieves' cards are, asks more of everybody, and tells staff.

`note_declined` is called for each card that was declined on a payment page; settings.DECLINE_WATCHERS names this
module for that. Payments that succeed need not be told: they are read from the payments themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.accounts import attempts
from shop.card_testing import switch, tasks
from shop.card_testing.models import ChallengedMinute, Decline, Proof, Start
from shop.stripe_payments.models import Payment
from shop.tasks import tell_staff

# Whoever opens pages, counts declines or raises the alarm does so one after the other.
TURN = attempts.keyed("card testing", "turn")


@dataclass(frozen=True)
class Tally:
    """Cards that were tried on payment pages in the alarm's time, without the typing errors: see `tally`."""

    declined_without_proof: int
    declined_with_work: int
    declined_with_mailbox: int
    paid: int

    @property
    def declined(self) -> int:
        return self.declined_without_proof + self.declined_with_work + self.declined_with_mailbox

    @property
    def demanded(self) -> Proof:
        """What everybody is asked for: one step more than what did not keep the declined cards out."""
        despite_work = self.declined_with_work + self.declined_with_mailbox
        if self._is_alarming(despite_work):
            return Proof.MAILBOX
        return Proof.WORK if self._is_alarming(self.declined) else Proof.NONE

    @property
    def is_beyond_us(self) -> bool:
        """Thieves have mailboxes too: a person must decide."""
        return self._is_alarming(self.declined_with_mailbox)

    def _is_alarming(self, declined: int) -> bool:
        is_many = declined >= settings.CARD_TESTING_ALARM_DECLINES
        return is_many and declined * 100 >= settings.CARD_TESTING_ALARM_PERCENT * (declined + self.paid)


def tally(*, now: datetime) -> Tally:
    """What happened to cards lately. Two queries.

    Declines on a page that was paid in the end were typing errors, as long as they are few: the rest is counted, for a
    thief may pay with one good card to be forgiven the others. Renewals of monthly gifts are no payments here, since
    nobody opened a page for them.
    """
    since = now - timedelta(minutes=settings.CARD_TESTING_ALARM_MINUTES)
    paid = Payment.objects.filter(paid_at__gt=since, start__isnull=False).count()
    by_proof = Decline.objects.filter(declined_at__gt=since).aggregate(
        **{f"{proof.name}_unpaid": Count("id", filter=Q(proof=proof, payment__paid_at=None)) for proof in Proof},
        **{f"{proof.name}_paid": Count("id", filter=Q(proof=proof, payment__paid_at__isnull=False)) for proof in Proof},
    )
    forgiven = settings.CARD_TESTING_FORGIVEN + paid // 10
    counted = {}
    for proof in Proof:  # those who showed least are forgiven first
        typed_wrong = by_proof[f"{proof.name}_paid"]
        counted[proof] = by_proof[f"{proof.name}_unpaid"] + max(0, typed_wrong - forgiven)
        forgiven = max(0, forgiven - typed_wrong)
    return Tally(counted[Proof.NONE], counted[Proof.WORK], counted[Proof.MAILBOX], paid)


@transaction.atomic
def note_declined(*, payment: Payment, attempt: str, now: datetime) -> None:
    """A card was declined on the payment's page. `attempt` is Stripe's id for the event; a repeat changes nothing.

    Closes the page after too many, and in an alarm every page that was opened with less than is asked for now.
    The closing is done by jobs: nothing is asked of Stripe here.
    """
    attempts.take_turns(TURN)
    start = Start.objects.filter(payment=payment).first()
    _decline, is_new = Decline.objects.get_or_create(
        attempt=attempt,
        defaults={"payment": payment, "proof": start.proof if start else Proof.NONE, "declined_at": now},
    )
    if not is_new:
        return
    counts = tally(now=now)
    tried = Decline.objects.filter(payment=payment).count()
    if tried >= settings.CARD_TESTING_CARDS_PER_PAGE:
        tasks.close_pages([payment.reference])
    if counts.demanded > Proof.NONE and not switch.current().is_challenge_off:
        tasks.close_pages(_opened_with_less_than(counts.demanded, now))
    _tell_staff_of(counts, now=now)


@transaction.atomic
def note_challenged(*, now: datetime) -> None:
    """A form was answered with a challenge. Staff hear of it when there are many in a minute."""
    minute = now.replace(second=0, microsecond=0)
    row, is_new = ChallengedMinute.objects.get_or_create(minute=minute, defaults={"forms": 1})
    if not is_new:
        ChallengedMinute.objects.filter(pk=minute).update(forms=F("forms") + 1)
        row.refresh_from_db()
    if row.forms == settings.CARD_TESTING_ALERT_CHALLENGES:
        _alert(_("Very many forms are sent to the payment pages; most are answered with a challenge"), now=now)


def _opened_with_less_than(proof: Proof, now: datetime) -> Iterable[str]:
    pages = Start.objects.open_pages(now=now).filter(proof__lt=proof, payment__isnull=False)
    return pages.values_list("payment__reference", flat=True)


def _tell_staff_of(counts: Tally, *, now: datetime) -> None:
    if counts.is_beyond_us:
        _alert(_("Stolen cards are tried from real mailboxes: please decide whether to close payments"), now=now)
    elif counts.demanded == Proof.MAILBOX:
        _alert(_("Stolen cards are tried by programs that solve the challenge: a mailed link is asked for"), now=now)
    elif counts.demanded == Proof.WORK:
        _alert(_("Many cards are declined: everybody gets a challenge before paying"), now=now)


def _alert(what: str, *, now: datetime) -> None:
    """Mail staff, about one thing once an hour."""
    once_an_hour = attempts.Limit("card testing alert", most=1, within=timedelta(hours=1))
    try:
        attempts.spend((once_an_hour, what), now=now)
    except attempts.TooManyAttempts:
        return
    at = timezone.localtime(now)
    tell_staff.defer(what=what, reference=_("card testing, %(time)s") % {"time": f"{at:%H:%M}"})
