"""Every event of Stripe's is taken in once, and acted on until it is done or a person must look at it.

Events come by webhook; those whose webhook never came are asked for every few minutes. In which order they come
does not matter: what each is about is asked of Stripe anew.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shop.stripe_payments import client, dispatch
from shop.stripe_payments.client import VerifiedEvent
from shop.stripe_payments.models import StripeEvent, Watermark
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)

# With the waits of `tasks.EVENT_RETRIES` about a day.
MOST_TRIES = 11
# A webhook may be on its way while we ask; Stripe's moments are whole seconds.
OVERLAP = timedelta(minutes=30)
FIRST_LOOK_BACK = timedelta(days=3)


@transaction.atomic
def store_once(event: VerifiedEvent, *, is_collected: bool = False) -> bool:
    """Keep an event and defer acting on it; False when it is known already. An unknown kind is kept as done."""
    from shop.stripe_payments.tasks import handle_event  # the tasks call this module

    stored, is_new = StripeEvent.objects.get_or_create(
        event_id=event.id,
        defaults={
            "type": event.type[:100],
            "object_id": event.object_id,
            "api_version": event.api_version[:40],
            "is_live": event.is_live,
            "is_collected": is_collected,
        },
    )
    if is_new:
        if event.api_version != client.API_VERSION and not is_collected:  # those are told at the account's version
            _tell_of_version(stored, now=timezone.now())
        handle_event.defer(event_id=stored.event_id)
    return is_new


def act_on(event_id: str, *, now: datetime) -> None:
    """Act on a stored event, once. Raises what went wrong, until that was too often: then the event is set aside."""
    event = StripeEvent.objects.get(event_id=event_id)
    if event.handled_at is not None or event.set_aside_at is not None:
        return
    if event.is_live != client.is_live():
        logger.info("Event %s is of the other mode: it waits for its key", event_id)
        return
    try:
        dispatch.handle(event, now=now)
    except Exception as error:
        if _note_failure(event, error, now=now):
            return
        raise
    _note_success(event, now=now)


@transaction.atomic
def replay(event_id: str) -> bool:
    """Staff want an event that was set aside to be tried again; False when there is nothing to do."""
    from shop.stripe_payments.tasks import handle_event

    event = StripeEvent.objects.select_for_update().get(event_id=event_id)
    if event.handled_at is not None or event.set_aside_at is None:
        return False
    event.set_aside_at, event.tries = None, 0
    event.save(update_fields=["set_aside_at", "tries"])
    handle_event.defer(event_id=event.event_id)
    return True


def collect_missed(*, now: datetime) -> int:
    """Ask Stripe for the events since the last time, and store those that never arrived. Returns how many."""
    name = f"{client.mode()} events"
    mark, _is_new = Watermark.objects.get_or_create(name=name, defaults={"moment": now - FIRST_LOOK_BACK})
    listed = client.events_since(mark.moment - OVERLAP, types=list(dispatch.ACTIONS))
    missed = sum(store_once(event, is_collected=True) for event in listed if event.is_live == client.is_live())
    Watermark.objects.filter(name=name).update(moment=now)
    if missed:
        logger.warning("%s events of Stripe's had not arrived and were asked for", missed)
    return missed


def _tell_of_version(event: StripeEvent, *, now: datetime) -> None:
    """Once a day, however many events come so."""
    like_it = StripeEvent.objects.filter(api_version=event.api_version, is_collected=False)
    if not like_it.filter(received_at__gt=now - timedelta(days=1)).exclude(pk=event.pk).exists():
        tell_staff.defer(
            what="Stripe's webhooks come at another API version: run manage.py stripe_doctor",
            reference=event.api_version,
        )


@transaction.atomic
def _note_success(event: StripeEvent, *, now: datetime) -> None:
    StripeEvent.objects.filter(pk=event.pk).update(handled_at=now, tries=F("tries") + 1, last_error="")


def _note_failure(event: StripeEvent, error: Exception, *, now: datetime) -> bool:
    """Write a failure down; True when it was the last try and the event is set aside."""
    logger.exception("Event %s of type %s failed", event.event_id, event.type)
    with transaction.atomic():
        row = StripeEvent.objects.select_for_update().get(pk=event.pk)
        row.tries, row.tried_at = row.tries + 1, now
        row.last_error = f"{type(error).__name__}: {error}"[:300]
        is_last = row.tries >= MOST_TRIES
        row.set_aside_at = now if is_last else None
        row.save(update_fields=["tries", "tried_at", "last_error", "set_aside_at"])
        if is_last:
            tell_staff.defer(what="An event of Stripe's failed too often and waits for you", reference=event.event_id)
    return is_last
