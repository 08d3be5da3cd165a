"""The story of one payment: who did what and when, from which event, at Stripe and here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shop.dashboard.money.books import in_time
from shop.dashboard.money.stripe_links import stripe_url
from shop.money import format_minor
from shop.stripe_payments.models import Dispute, FraudWarning, Payment, PaymentChange, Refund

_BAD = {"failed", "refund_failed", "dispute_opened", "dispute_lost", "fraud_warning", "card_declined"}
_GOOD = {"paid", "dispute_won"}


@dataclass(frozen=True)
class Step:
    """One thing that happened. `event_id` is the Stripe event by which we know, `mood` is good, bad or neither."""

    moment: datetime
    who: str
    what: str
    details: str = ""
    amount_minor: int | None = None
    event_id: str = ""
    stripe_id: str = ""
    stripe_url: str = ""
    payout_id: str = ""
    mood: str = ""


def story_of(payment: Payment) -> list[Step]:
    """The steps in order of time; of the same moment, what Stripe did stands before what we noted of it."""
    steps = [*_at_the_bank(payment), *_balance(payment), *_refunds(payment), *_changes(payment)]
    return sorted(steps, key=lambda step: step.moment)


def _changes(payment: Payment) -> Iterator[Step]:
    """A refund that was asked for here is told by the refund itself, which knows more."""
    changes = payment.changes.exclude(what=PaymentChange.What.REFUND_REQUESTED).select_related("made_by")
    for change in changes.order_by("id"):
        is_event = change.cause.startswith("evt_")
        yield Step(
            moment=change.made_at,
            who=_person(change.made_by),
            what=change.get_what_display(),
            details=" · ".join(filter(None, [_status_change(change), "" if is_event else _cause(change.cause)])),
            amount_minor=change.amount_minor,
            event_id=change.cause if is_event else "",
            mood="good" if change.what in _GOOD else "bad" if change.what in _BAD else "",
        )


def _refunds(payment: Payment) -> Iterator[Step]:
    refunds = Refund.objects.filter(line__payment=payment).select_related("line", "requested_by")
    for refund in refunds.order_by("id"):
        is_theirs = refund.is_from_dashboard
        yield Step(
            moment=refund.created_at,
            who=_("Somebody in Stripe’s dashboard") if is_theirs else _person(refund.requested_by),
            what=_("Refund made at Stripe") if is_theirs else _("Refund asked for"),
            details=" · ".join(
                filter(
                    None, [f"{refund.line.purpose} {refund.line.reference}", refund.reason, refund.get_status_display()]
                )
            ),
            amount_minor=refund.amount_minor,
            stripe_id=refund.stripe_refund_id or "",
        )


def _at_the_bank(payment: Payment) -> Iterator[Step]:
    for dispute in payment.disputes.order_by("id"):
        yield from _dispute_steps(dispute, payment.is_live)
    for warning in payment.fraud_warnings.select_related("resolved_by").order_by("id"):
        yield from _warning_steps(warning)


def _dispute_steps(dispute: Dispute, is_live: bool) -> Iterator[Step]:
    until = f"{_('answer by')} {dispute.respond_by:%Y-%m-%d}" if dispute.respond_by else ""
    yield Step(
        moment=dispute.opened_at,
        who=_("The payer’s bank"),
        what=_("Questioned the payment"),
        details=" · ".join(filter(None, [dispute.reason.replace("_", " "), until])),
        amount_minor=dispute.amount_minor,
        stripe_id=dispute.stripe_dispute_id,
        stripe_url=stripe_url(dispute.stripe_dispute_id, is_live=is_live),
        mood="bad",
    )


def _warning_steps(warning: FraudWarning) -> Iterator[Step]:
    kind = warning.fraud_type.replace("_", " ")
    yield Step(
        moment=warning.warned_at,
        who=_("The card network"),
        what=_("Warned of fraud"),
        details=kind,
        stripe_id=warning.stripe_warning_id,
        mood="bad",
    )
    if warning.resolved_at:
        yield Step(
            moment=warning.resolved_at,
            who=_person(warning.resolved_by),
            what=_("Decided on the warning"),
            details=warning.get_resolution_display(),
        )


def _balance(payment: Payment) -> Iterator[Step]:
    for entry in sorted(payment.balance_entries.select_related("payout"), key=in_time):
        yield Step(
            moment=entry.created_at,
            who=_("Stripe"),
            what=_("Moved the balance: %(kind)s") % {"kind": entry.kind.replace("_", " ")},
            details=_("fee %(fee)s, net %(net)s")
            % {"fee": format_minor(entry.fee_minor), "net": format_minor(entry.net_minor)},
            amount_minor=entry.amount_minor,
            stripe_id=entry.stripe_id,
            payout_id=entry.payout.stripe_payout_id if entry.payout else "",
        )


def _status_change(change: PaymentChange) -> str:
    if change.from_status == change.to_status:
        return ""
    before = Payment.Status(change.from_status).label if change.from_status else ""
    return f"{before} → {change.get_to_status_display()}" if before else change.get_to_status_display()


def _cause(cause: str) -> str:
    words = {
        "asked for": "",
        "return page": _("seen when the payer came back"),
        "sweep": _("asked after when its time was over"),
        "reconciliation": _("found by the comparison with Stripe"),
    }
    return words.get(cause, cause)


def _person(user: Any) -> str:
    return (user.get_full_name() or user.email) if user else _("This site")
