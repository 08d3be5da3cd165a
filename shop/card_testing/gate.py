"""The door between a filled-in form and a payment page. Views speak to this module alone.

    admission = gate.admit(request, purpose="gift", email=..., now=...)   # before anything is recorded
    started = giving.start_gift(...)
    admission.bind(started.payment)                                       # before Stripe is asked

Note [A defense that breaks]
When a limit cannot be counted, the visitor is asked for a calculation; when none can be made, for a mailbox. Nothing
that breaks opens the door, and nothing but the database closes it for good.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from shop.accounts import attempts
from shop.card_testing import alarm, challenge, form_token, limits, mailed_link, switch
from shop.card_testing.challenge import Challenge
from shop.card_testing.limits import Demand, Visit
from shop.card_testing.models import MailedLink, Proof, Start
from shop.stripe_payments.models import Payment

logger = logging.getLogger(__name__)

# What a visitor has shown, as unseen fields with the longest that each can be: whoever keeps a form keeps these too.
PROOF_FIELDS = {mailed_link.FIELD: mailed_link.LONGEST, challenge.FIELD: challenge.LONGEST}


class ProofNeeded(Exception):
    """The visitor must show more. Answer with the form as it was typed, `challenge` in it, and status 429."""

    def __init__(self, challenge: Challenge) -> None:
        super().__init__("a calculation, or a mailed link")
        self.challenge = challenge


class Closed(Exception):
    """Payments of this kind are not taken now."""


@dataclass(frozen=True)
class Shown:
    """What the visitor showed; `key` names it, so that it is good for one page."""

    proof: Proof = Proof.NONE
    key: str | None = None


@dataclass(frozen=True)
class Guard:
    """The fields that a guarded form carries unseen. Template: components/guard.html."""

    token: str
    mailed: str = ""
    solution: str = ""


@dataclass(frozen=True)
class Admission:
    """Leave to open one payment page."""

    start: Start
    visit: Visit
    now: datetime

    @transaction.atomic
    def bind(self, payment: Payment) -> None:
        """Use the leave for this payment. Safe to repeat. Raises `ProofNeeded` when it was used for another one.

        A payment that is asked for again, by a double click or on the way back, counts once.
        """
        start = Start.objects.select_for_update().filter(pk=self.start.pk).first()
        if start is None or start.payment_id == payment.pk:
            return
        if start.payment_id is not None:
            challenge = _challenge(self.visit, Demand(Proof.WORK), now=self.now)
            raise ProofNeeded(replace(challenge, used_up=Proof(start.proof)))
        earlier = Start.objects.select_for_update().filter(payment=payment).first()
        if earlier is None:
            start.payment = payment
            start.save(update_fields=["payment"])
            return
        start.delete()
        if start.proof > earlier.proof:
            earlier.proof, earlier.proof_key = start.proof, start.proof_key
            earlier.save(update_fields=["proof", "proof_key"])

    def give_back(self) -> None:
        """It was not used: no payment was recorded. One that is bound stays."""
        Start.objects.filter(pk=self.start.pk, payment=None).delete()


def guard(
    sent: Mapping[str, Any], *, now: datetime, link: MailedLink | None = None, asked: Challenge | None = None
) -> Guard:
    """The unseen fields for a page. What was `sent` with the form and still holds stays, so that no patience is lost.

    What is used up goes, or it would be seen again before the solution of the challenge that is `asked` now.
    """
    token = sent.get(form_token.FIELD, "")
    used_up = asked.used_up if asked else Proof.NONE
    mailed = "" if used_up == Proof.MAILBOX else sent.get(mailed_link.FIELD, "")
    solution = "" if used_up == Proof.WORK else sent.get(challenge.FIELD, "")
    return Guard(
        token=token if form_token.is_current(token, now=now) else form_token.issue(now=now),
        mailed=link.token if link else mailed[: mailed_link.LONGEST],
        solution=solution[: challenge.LONGEST],
    )


def admit(request: HttpRequest, *, purpose: str, email: str, now: datetime) -> Admission:
    """Let a valid form through to payment. Raises `Closed` or `ProofNeeded`."""
    state = switch.current()
    if purpose in state.closed:
        raise Closed(purpose)
    visit = _visit(request, email)
    shown = _shown(request, visit, purpose=purpose, email=email, now=now)
    with transaction.atomic():
        attempts.take_turns(alarm.TURN)
        start = Start.objects.filter(proof_key=shown.key).first() if shown.key else None
        if start is None:
            asked = Demand(Proof.NONE) if state.is_challenge_off else _asked(request, visit, state, now=now)
            if shown.proof >= asked.proof:
                start = _write(visit, shown, now)
    if start is None:
        alarm.note_challenged(now=now)
        raise ProofNeeded(_challenge(visit, asked, now=now))
    return Admission(start, visit, now)


def wants_link(request: HttpRequest) -> bool:
    """Whether the button "Mail me a link" was pressed."""
    return mailed_link.WISH in request.POST


def mail_link(request: HttpRequest, *, purpose: str, email: str, fields: dict[str, str], now: datetime) -> None:
    """Mail the way on. Raises `Closed`, or `ProofNeeded` when too many links were asked for."""
    if not switch.is_open(purpose):
        raise Closed(purpose)
    try:
        address = attempts.address_of(request)
        mailed_link.send(purpose=purpose, email=email, fields=fields, address=address, now=now)
    except attempts.TooManyAttempts as error:
        raise ProofNeeded(Challenge(is_link_refused=True)) from error


def _visit(request: HttpRequest, email: str) -> Visit:
    return Visit(
        address=attempts.keyed("card testing address", attempts.address_of(request)),
        email=attempts.keyed("card testing mailbox", mailed_link.folded(email)),
    )


def _shown(request: HttpRequest, visit: Visit, *, purpose: str, email: str, now: datetime) -> Shown:
    link = mailed_link.find(request.POST.get(mailed_link.FIELD, ""), purpose=purpose, now=now)
    if link is not None and mailed_link.is_to(link, email):
        return Shown(Proof.MAILBOX, attempts.keyed("mailed link", str(link.pk)))
    nonce = challenge.solved(request.POST.get(challenge.FIELD, ""), address=visit.address)
    return Shown(Proof.WORK, attempts.keyed("solved puzzle", nonce)) if nonce else Shown()


def _asked(request: HttpRequest, visit: Visit, state: switch.State, *, now: datetime) -> Demand:
    """See Note [A defense that breaks]."""
    try:
        with transaction.atomic():
            is_plain_enough = form_token.is_from_a_person(request.POST, now=now) and not state.is_challenge_for_all
            return limits.demand(visit, least=Proof.NONE if is_plain_enough else Proof.WORK, now=now)
    except Exception:
        logger.exception("The limits on payments could not be counted: a challenge is asked for instead")
        return Demand(Proof.WORK)


def _write(visit: Visit, shown: Shown, now: datetime) -> Start:
    return Start.objects.create(
        address=visit.address, email=visit.email, proof=shown.proof, proof_key=shown.key, started_at=now
    )


def _challenge(visit: Visit, asked: Demand, *, now: datetime) -> Challenge:
    if asked.proof == Proof.MAILBOX:
        return Challenge()
    return challenge.puzzle_for(visit.address, doublings=asked.doublings, now=now)
