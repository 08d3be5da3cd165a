"""How a refund ends: it arrives, fails, or is called back. Source: https://docs.stripe.com/refunds#failed-refunds"""

from tests.stripe_sandbox.errors import refused
from tests.stripe_sandbox.resources import balance_transactions
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def succeed_later(work: Work, id: str) -> None:
    refund = one(work, "refund", id)
    if refund["status"] == "pending":
        _change(work, refund, status="succeeded", pending_reason=None)


def fail_later(work: Work, id: str) -> None:
    if one(work, "refund", id)["status"] in ("pending", "succeeded"):
        fail(work, id, reason="expired_or_canceled_card")


def fail(work: Work, id: str, *, reason: str) -> Json:
    """The bank sends the money back, and the charge is unrefunded by it, also after the refund had succeeded."""
    refund = _not_over(work, id, "pending", "succeeded")
    _take_back(work, refund)
    _change(work, refund, status="failed", failure_reason=reason, pending_reason=None)
    emit(work, "refund.failed", refund)
    return refund


def cancel(work: Work, id: str) -> Json:
    """What the dashboard's button does to a refund that is still pending; the API has no such call."""
    refund = _not_over(work, id, "pending")
    _take_back(work, refund)
    _change(work, refund, status="canceled", failure_reason="merchant_request", pending_reason=None)
    return refund


def settle(work: Work, charge: Json) -> None:
    """Refunds that waited for their bank debit are on their way now."""
    for refund in _pending(work, charge):
        if refund["pending_reason"] == "charge_pending":
            entry = balance_transactions.record_refund(work, refund)
            _change(work, refund, balance_transaction=entry["id"], pending_reason="processing")
            work.tx.due_at(work.now + debit_seconds(work), "refund_succeeds_later", refund["id"])


def drop(work: Work, charge: Json) -> None:
    """The bank debit failed: there is nothing to give back."""
    for refund in _pending(work, charge):
        fail(work, refund["id"], reason="declined")
    charge |= one(work, "charge", charge["id"])


def fail_because_of_dispute(work: Work, charge: Json) -> None:
    for refund in _pending(work, charge):
        fail(work, refund["id"], reason="charge_for_pending_refund_disputed")
    charge |= one(work, "charge", charge["id"])


def debit_seconds(work: Work) -> float:
    """How long a transfer between banks takes."""
    return work.conditions.debit_days * balance_transactions.DAY


def _pending(work: Work, charge: Json) -> list[Json]:
    return work.tx.select(
        "refund", "json_extract(data, '$.charge') = ? AND json_extract(data, '$.status') = 'pending'", (charge["id"],)
    )


def _not_over(work: Work, id: str, *statuses: str) -> Json:
    refund = one(work, "refund", id)
    if refund["status"] not in statuses:
        raise refused(f"Refund {id} is {refund['status']}.")
    return refund


def _take_back(work: Work, refund: Json) -> None:
    if refund["balance_transaction"]:
        refund["failure_balance_transaction"] = balance_transactions.record_failed_refund(work, refund)["id"]
    charge = one(work, "charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    work.tx.save(charge)


def _change(work: Work, refund: Json, **changes: object) -> None:
    """`refund.updated`, and `charge.refund.updated` for those who listened before there was the former."""
    before = {name: refund.get(name) for name in {**refund, **changes}}
    refund |= changes
    work.tx.save(refund)
    emit(work, "refund.updated", refund, before=before)
    emit(work, "charge.refund.updated", refund, before=before)
