"""What a worker and Stripe leave in the database."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from shop.stripe_payments.models import StripeEvent


def event(event_id="evt_1", *, hours_ago=0, **fields):
    row = StripeEvent.objects.create(
        event_id=event_id, type="charge.updated", object_id="ch_1", is_live=False, **fields
    )
    StripeEvent.objects.filter(pk=row.pk).update(received_at=timezone.now() - timedelta(hours=hours_ago))
    return row


def heartbeat(*, seconds_ago):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )
