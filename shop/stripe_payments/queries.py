"""Counted money: the one definition behind every total of the site.

Counted is what was paid, less what was refunded, less what disputes hold or took. Money that is open, on its way,
failed or expired never counts. Currencies never add.
"""

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Sum

from shop.stripe_payments import client
from shop.stripe_payments.models import PaymentLine


@dataclass(frozen=True)
class Total:
    """Counted money of one currency."""

    currency: str
    lines: int
    paid_minor: int
    refunded_minor: int
    disputed_minor: int

    @property
    def counted_minor(self) -> int:
        return self.paid_minor - self.refunded_minor - self.disputed_minor


def counted_lines(*, purpose: str | None = None) -> QuerySet[PaymentLine]:
    """The lines of paid payments of one mode, live or test: the mode of the site's own key."""
    lines = PaymentLine.objects.filter(payment__paid_at__isnull=False, payment__is_live=client.is_live())
    return lines if purpose is None else lines.filter(purpose=purpose)


def sum_up(lines: QuerySet[PaymentLine]) -> list[Total]:
    """One total for each currency, in one query."""
    rows = (
        lines.order_by()
        .values(currency=F("payment__currency"))
        .annotate(
            lines=Count("pk"),
            paid_minor=Sum("amount_minor"),
            refunded_minor=Sum("refunded_minor"),
            disputed_minor=Sum("disputed_minor"),
        )
        .order_by("currency")
    )
    return [Total(**row) for row in rows]
