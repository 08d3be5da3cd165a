"""What is known of gifts. Every total of the site comes from `counted_money`."""

from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from donations.models import Gift
from shop.stripe_payments.models import Payment


@dataclass(frozen=True)
class Total:
    """So many gifts of so much in one currency. Currencies never add."""

    currency: str
    gifts: int
    net_minor: int


def counted_gifts() -> QuerySet[Gift]:
    """Gifts that count as money given: received, and neither charged back nor refunded in full."""
    return Gift.objects.filter(status=Gift.Status.RECEIVED)


def counted_money(gifts: QuerySet[Gift] | None = None) -> list[Total]:
    """What stays given of `gifts` (default: all), less what was refunded in part, one total for each currency."""
    counted = counted_gifts() if gifts is None else gifts.filter(status=Gift.Status.RECEIVED)
    return [
        Total(currency=row["currency"], gifts=row["count"], net_minor=row["net"])
        for row in counted.order_by()
        .values("currency")
        .annotate(count=Sum(1), net=Sum(F("amount_minor") - F("refunded_minor")))
        .order_by("currency")
    ]


def payments_of(gift: Gift) -> QuerySet[Payment]:
    """Every payment that was asked for the gift, the newest first, each with its history."""
    asked_for = Payment.objects.filter(lines__purpose="gift", lines__reference=gift.reference)
    return asked_for.prefetch_related("changes").order_by("-id")


def payment_of(gift: Gift) -> Payment:
    """The newest payment that was asked for the gift."""
    return Payment.objects.filter(lines__purpose="gift", lines__reference=gift.reference).latest("id")
