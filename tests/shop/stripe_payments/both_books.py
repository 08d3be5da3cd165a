"""Our books and Stripe's, brought to the same form: what came of each payment that moved money."""

from typing import Any

from shop.stripe_payments.models import Payment
from tests.stripe_sandbox.launch import Sandbox


def our_books() -> dict[str, dict[str, Any]]:
    return {
        payment.payment_intent_id: {
            "amount": payment.amount_minor,
            "refunded": payment.refunded_minor,
            "disputed": sum(dispute.amount_minor for dispute in payment.disputes.all() if dispute.holds_money),
            "fee": sum(entry.fee_minor for entry in payment.balance_entries.all()),
            "net": sum(entry.net_minor for entry in payment.balance_entries.all()),
        }
        for payment in Payment.objects.filter(paid_at__isnull=False)
        if payment.payment_intent_id
    }


def stripes_books(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """Of our own payments: the sandbox may be shared."""
    mine = set(Payment.objects.exclude(payment_intent_id=None).values_list("payment_intent_id", flat=True))
    return {
        row["payment_intent"]: {name: row[name] for name in ("amount", "refunded", "disputed", "fee", "net")}
        for row in sandbox.control("ledger")["charges"]
        if row["payment_intent"] in mine and row["amount"]
    }


def counted(books: dict[str, dict[str, Any]]) -> int:
    """A dispute takes no more than what refunds have left."""
    return sum(
        row["amount"] - row["refunded"] - min(row["disputed"], row["amount"] - row["refunded"])
        for row in books.values()
    )
