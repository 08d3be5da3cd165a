"""What the site has written down, without ids and moments: the same facts give the same picture."""

from collections import Counter
from typing import Any

from oscar.core.loading import get_model

from donations.models import Gift, Receipt
from shop.stripe_payments.models import (
    Dispute,
    FraudWarning,
    Payment,
    PaymentChange,
    Payout,
    Refund,
    Subscription,
    SubscriptionChange,
)


def picture() -> dict[str, Any]:
    """Everything that must be the same however often and in whatever order Stripe told of it."""
    return {
        "payments": _rows(Payment, "status", "amount_minor", "refunded_minor", "disputed_minor", "declines"),
        "paid": PaymentChange.objects.filter(what="paid").count(),
        "refunds": _rows(Refund, "status", "amount_minor"),
        "disputes": _rows(Dispute, "status", "amount_minor"),
        "warnings": FraudWarning.objects.count(),
        "payouts": sorted((payout.status, payout.is_complete, _adds_up(payout)) for payout in Payout.objects.all()),
        "orders": _rows(get_model("order", "Order"), "status"),
        "gifts": _rows(Gift, "status", "amount_minor", "refunded_minor", "disputed_minor"),
        "receipts": Receipt.objects.count(),
        "promises": _rows(Subscription, "status", "amount_minor"),
        "steps": sorted(SubscriptionChange.objects.values_list("what", flat=True)),
    }


def _adds_up(payout: Payout) -> bool:
    return sum(payout.entries.values_list("net_minor", flat=True)) == payout.amount_minor


def mails(done: list[str]) -> dict[str, int]:
    """How many mails of each kind went to buyers and donors."""
    return dict(Counter(name for name in done if name.startswith("send_") and name.endswith("_mail")))


def _rows(model: Any, *fields: str) -> list[tuple[Any, ...]]:
    return sorted(model.objects.values_list(*fields), key=str)
