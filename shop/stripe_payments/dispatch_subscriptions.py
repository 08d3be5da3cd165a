"""What the events about subscriptions and their invoices make us do. See `dispatch`."""

import logging
from collections.abc import Callable
from datetime import datetime

from shop.stripe_payments import client, ledger
from shop.stripe_payments.models import StripeEvent, Subscription
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)


def _take_over_paid(event: StripeEvent, now: datetime) -> None:
    try:
        ledger.take_over_invoice(event.object_id, now=now, cause=event.event_id)
    except ledger.UnknownMoney as error:
        tell_staff.defer(what=str(error), reference=event.object_id)


def _note_unpaid(event: StripeEvent, now: datetime) -> None:
    ledger.note_unpaid(event.object_id, now=now, cause=event.event_id)


def _note_stuck(event: StripeEvent, now: datetime) -> None:
    ledger.note_stuck(event.object_id, now=now, cause=event.event_id)


def _refresh_promise_of_invoice(event: StripeEvent, now: datetime) -> None:
    """An invoice was given up: what it asked for will not come, and its subscription may stand otherwise now."""
    _mirror(client.retrieve_invoice(event.object_id).subscription_id, event, now)


def _refresh_before_renewal(event: StripeEvent, now: datetime) -> None:
    """In some days money will be asked for: a last look whether we know the same as Stripe."""
    _mirror(client.subscription_of_event(event.event_id), event, now)


def _refresh_promise(event: StripeEvent, now: datetime) -> None:
    _mirror(event.object_id, event, now)


def _refresh_promises_of_customer(event: StripeEvent, now: datetime) -> None:
    """Another default card, or the customer was deleted, which ends all their subscriptions."""
    _mirror_all_of(event.object_id, event, now)


def _note_new_card(event: StripeEvent, now: datetime) -> None:
    """The bank told Stripe of a new number or date for a saved card: it goes on paying."""
    customer_id, good_until = client.customer_of_method(event.object_id)
    if customer_id is not None:
        _mirror_all_of(customer_id, event, now)
        ledger.note_card_updated(event.object_id, good_until=good_until, cause=event.event_id)


def _mirror_all_of(customer_id: str, event: StripeEvent, now: datetime) -> None:
    for subscription in Subscription.objects.filter(stripe_customer_id=customer_id).order_by("id"):
        ledger.mirror(subscription, now=now, cause=event.event_id)


def _mirror(subscription_id: str | None, event: StripeEvent, now: datetime) -> None:
    found = ledger.find_subscription(subscription_id, now=now, cause=event.event_id) if subscription_id else None
    if found is None:
        logger.info("Event %s is about no promise of ours", event.event_id)
        return
    ledger.mirror(found, now=now, cause=event.event_id)


ACTIONS: dict[str, Callable[[StripeEvent, datetime], None]] = {
    "invoice.paid": _take_over_paid,
    "invoice.payment_failed": _note_unpaid,
    "invoice.payment_action_required": _note_unpaid,
    "invoice.finalization_failed": _note_stuck,
    "invoice.upcoming": _refresh_before_renewal,
    "invoice.voided": _refresh_promise_of_invoice,
    "invoice.marked_uncollectible": _refresh_promise_of_invoice,
    "customer.subscription.created": _refresh_promise,
    "customer.subscription.updated": _refresh_promise,
    "customer.subscription.deleted": _refresh_promise,
    "customer.subscription.paused": _refresh_promise,
    "customer.subscription.resumed": _refresh_promise,
    "payment_method.automatically_updated": _note_new_card,
    "customer.updated": _refresh_promises_of_customer,
    "customer.deleted": _refresh_promises_of_customer,
}
