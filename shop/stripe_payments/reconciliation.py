"""Stripe's books against ours, both ways and to the cent, every night.

What is missing here is healed by asking Stripe and applying the answer, as a webhook would have. What is missing at
Stripe cannot be healed: it is reported. Staff get one mail when anything was found.

Note [How far apart]
For each payment the books of Stripe hold what came in, less refunds and what disputes took: the sum of its
balance entries before fees. Ours hold the same from payment, refund and dispute rows, refunds on their way
included, since Stripe books these at once. The difference is the sum of how far each payment is apart.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, Sum
from django.utils import timezone

from shop.stripe_payments import books, client, ledger
from shop.stripe_payments.client import BalanceMovement
from shop.stripe_payments.models import Payment, Reconciliation, Refund, Subscription
from shop.stripe_payments.running_promises import refresh_running_promises
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=7)
# Stripe books a charge up to an hour after it succeeded. Source: docs.stripe.com/payments/payment-intents/asynchronous-capture
STILL_YOUNG = timedelta(hours=2)


def reconcile(*, now: datetime, since: datetime | None = None) -> Reconciliation:
    """Compare everything since then (default: a week), heal what can be healed. Safe to repeat."""
    since = since or now - LOOK_BACK
    run = Reconciliation.objects.create(is_live=client.is_live(), since=since, started_at=timezone.now())
    movements = list(client.movements_since(since))
    entries = [books.copy_movement(movement) for movement in movements]
    run.movements = len(entries)
    run.found_minor = sum(_apart(payment) for payment in _payments_to_compare(since, now))
    run.findings = [*_heal(movements, now=now), *_settle_unfinished(now=now), *_missing_at_stripe(since, now)]
    run.findings += _promises_that_changed(now=now)
    run.findings += _wishes_not_fulfilled(now=now)
    run.findings += _payouts_that_do_not_add_up(since)
    run.difference_minor = sum(_apart(payment) for payment in _payments_to_compare(since, now))
    run.finished_at = timezone.now()
    run.save()
    if run.findings:
        _tell(run)
    return run


def _heal(movements: Iterable[BalanceMovement], *, now: datetime) -> list[dict[str, object]]:
    """For every payment intent that moved money: have we the same facts? If not, ask for all of them again."""
    intents = dict.fromkeys(movement.payment_intent_id for movement in movements if movement.payment_intent_id)
    findings = []
    for intent_id in intents:
        before = _known(intent_id)
        if before is not None and before.is_paid and _apart(before) == 0:
            continue
        payment = _ask_again(intent_id, now=now)
        if payment is None:
            findings.append(_finding("Money at Stripe that belongs to no payment of ours", intent_id, is_healed=False))
            continue
        is_healed = _apart(payment) == 0
        findings.append(_finding("Stripe knew more of a payment than we did", payment.reference, is_healed=is_healed))
    return findings


def _ask_again(intent_id: str, *, now: datetime) -> Payment | None:
    """Apply all that Stripe knows of a payment intent: payment, refunds, disputes."""
    try:
        payment = ledger.find_payment(intent_id, now=now, cause="reconciliation")
    except ledger.PaymentMismatch:
        return None
    if payment is None or not payment.is_paid:
        return payment
    for movement in client.movements_of_intent(intent_id):
        ledger.record_movement(movement, payment=payment)
    for refund in client.refunds_of(intent_id):
        ledger.take_over_refund(payment.pk, refund, now=now, cause="reconciliation")
    for dispute in client.disputes_of(intent_id):
        ledger.apply_dispute(payment.pk, dispute, now=now, cause="reconciliation")
    payment.refresh_from_db()
    return payment


def _settle_unfinished(*, now: datetime) -> list[dict[str, object]]:
    """Payments whose time is over and of which nobody told us the end."""
    findings = []
    ours = Payment.objects.unfinished().that_a_key_may_close(is_live=client.is_live())
    for payment in ours.filter(expires_at__lt=now - STILL_YOUNG):
        before = payment.status
        try:
            after = ledger.close(payment.reference, now=now, cause="reconciliation")
            if after.status == Payment.Status.PROCESSING:
                after = ledger.settle(payment.reference, now=now, cause="reconciliation")
        except (ledger.PaymentMismatch, ledger.StripeRefused):
            logger.exception("Payment %s could not be settled", payment.reference)
            findings.append(
                _finding("Stripe has another payment than we asked for", payment.reference, is_healed=False)
            )
            continue
        if after.status != before:
            findings.append(
                _finding("A payment had ended and we had not heard of it", payment.reference, is_healed=True)
            )
    return findings


def _missing_at_stripe(since: datetime, now: datetime) -> list[dict[str, object]]:
    """Payments and refunds that we hold for done and that Stripe's books do not show."""
    findings = []
    for payment in _payments_to_compare(since, now):
        if _apart(payment):
            findings.append(_finding("We know more of a payment than Stripe does", payment.reference, is_healed=False))
    return findings


def _promises_that_changed(*, now: datetime) -> list[dict[str, object]]:
    return [
        _finding("A monthly gift stood otherwise at Stripe than we knew", reference, is_healed=is_healed)
        for reference, is_healed in refresh_running_promises(now=now)
    ]


def _wishes_not_fulfilled(*, now: datetime) -> list[dict[str, object]]:
    """What was asked for here, and Stripe has not done though we ask every hour: see `tasks.sweep_wishes`."""
    refunds = Refund.objects.that_wait(is_live=client.is_live(), since=now - STILL_YOUNG)
    endings = Subscription.objects.that_should_end(is_live=client.is_live(), since=now - STILL_YOUNG)
    return [
        *(
            _finding("A refund that was asked for here is not at Stripe", reference, is_healed=False)
            for reference in refunds.values_list("line__payment__reference", flat=True)
        ),
        *(
            _finding("A monthly gift runs though its donor asked us to end it", reference, is_healed=False)
            for reference in endings.values_list("reference", flat=True)
        ),
    ]


def _payouts_that_do_not_add_up(since: datetime) -> list[dict[str, object]]:
    findings = []
    for payout in books.read_payouts(since=since):
        inside = payout.entries.aggregate(sum=Sum("net_minor", default=0))["sum"]
        if payout.is_complete and inside != payout.amount_minor:
            reference = payout.stripe_payout_id
            findings.append(_finding("What is inside a payout does not add up to it", reference, is_healed=False))
    return findings


def _payments_to_compare(since: datetime, now: datetime) -> list[Payment]:
    """Paid in this time, or touched by Stripe's books in it."""
    paid = Q(paid_at__gte=since, paid_at__lt=now - STILL_YOUNG)
    moved = Q(paid_at__isnull=False, balance_entries__created_at__gte=since)
    return list(Payment.objects.filter(paid | moved, is_live=client.is_live()).distinct().order_by("id"))


def _apart(payment: Payment) -> int:
    """See Note [How far apart]. Never negative."""
    theirs = payment.balance_entries.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    on_their_way_back = (Refund.Status.PENDING, Refund.Status.SUCCEEDED)
    refunds = Refund.objects.filter(line__payment=payment, status__in=on_their_way_back)
    back = refunds.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    disputed = payment.disputes.that_hold_money().aggregate(sum=Sum("amount_minor", default=0))["sum"]
    ours = payment.amount_minor - back - disputed if payment.is_paid else 0
    return abs(theirs - ours)


def _known(intent_id: str) -> Payment | None:
    return Payment.objects.filter(payment_intent_id=intent_id).first()


def _finding(what: str, reference: str, *, is_healed: bool) -> dict[str, object]:
    return {"what": what, "reference": reference, "is_healed": is_healed}


def _tell(run: Reconciliation) -> None:
    """One mail a night, whatever was found. The list stands in the dashboard."""
    unhealed = len(run.unhealed)
    what = (
        f"The nightly comparison with Stripe found {len(run.findings)} differences; {unhealed} need a person"
        if unhealed
        else f"The nightly comparison with Stripe found {len(run.findings)} differences and healed all of them"
    )
    tell_staff.defer(what=what, reference=f"reconciliation-{run.pk}")
