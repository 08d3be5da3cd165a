"""Refunds: whole or in part, never more than what was charged. Source: https://docs.stripe.com/api/refunds"""

from tests.stripe_sandbox.errors import StripeError, invalid, not_built, refused
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.resources import balance_transactions, charges
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text


def create(work: Work, params: Json) -> Json:
    for name in params.keys() - {"amount", "charge", "expand", "metadata", "payment_intent", "reason"}:
        raise not_built(f"{name} of a refund", param=name)
    metadata = merged({}, params.get("metadata"))
    charge = _charge_to_refund(work, params)
    amount = _amount_to_refund(params, charge)
    fate = work.tx.hidden(charge["id"]).get("refund_fate", "succeeds")
    refund = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "destination_details": {
            "card": {
                "reference": random_text(12).upper(),
                "reference_status": "available",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if fate == "succeeds_later" else "succeeded",
        "transfer_reversal": None,
    }
    refund["balance_transaction"] = balance_transactions.record_refund(work, refund)["id"]
    work.tx.insert(refund)
    if fate != "succeeds":
        work.tx.due_at(work.now + work.settle_after, f"refund_{fate}", refund["id"])
    emit(work, "refund.created", refund)
    before = dict(charge)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    emit(work, "charge.refunded", work.tx.save(charge), before=before)
    return refund


def succeed_later(work: Work, id: str) -> None:
    refund = one(work, "refund", id)
    before = dict(refund)
    refund["status"] = "succeeded"
    emit(work, "refund.updated", work.tx.save(refund), before=before)


def fail_later(work: Work, id: str) -> None:
    """The bank sends the money back, and the charge is unrefunded by it. Source: https://docs.stripe.com/refunds#failed-refunds"""
    refund = one(work, "refund", id)
    before = dict(refund)
    refund["status"] = "failed"
    refund["failure_reason"] = "expired_or_canceled_card"
    refund["failure_balance_transaction"] = balance_transactions.record_failed_refund(work, refund)["id"]
    charge = one(work, "charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    work.tx.save(charge)
    emit(work, "refund.failed", work.tx.save(refund), before=before)


def retrieve(work: Work, params: Json, refund: str) -> Json:
    return one(work, "refund", refund)


def list_(work: Work, params: Json) -> Json:
    return list_page(work, "refund", "/v1/refunds", params, filters=same(params, "charge", "payment_intent"))


def update(work: Work, params: Json, refund: str) -> Json:
    item = one(work, "refund", refund)
    before = dict(item)
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    emit(work, "refund.updated", work.tx.save(item), before=before)
    return item


def _charge_to_refund(work: Work, params: Json) -> Json:
    if ("charge" in params) == ("payment_intent" in params):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if "charge" in params:
        charge = one(work, "charge", params["charge"], param="charge")
    else:
        intent = one(work, "payment_intent", params["payment_intent"], param="payment_intent")
        if intent["status"] != "succeeded":
            raise refused(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
        charge = one(work, "charge", intent["latest_charge"])
    if charge["status"] != "succeeded":
        raise refused(f"Charge {charge['id']} is not successful and cannot be refunded.")
    if charge["refunded"]:
        raise refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["balance_transaction"] is None:
        # Stripe lets a refund follow at once; the books then hold the charge before its refund.
        charges.settle(work, charge["id"])
        charge = one(work, "charge", charge["id"])
    return charge


def _amount_to_refund(params: Json, charge: Json) -> int:
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise _too_much(amount, left, charge)
    return amount


def _too_much(amount: int, left: int, charge: Json) -> StripeError:
    what = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
    currency = charge["currency"]
    return refused(
        f"Refund amount ({written(amount, currency)}) is greater than {what} ({written(left, currency)})",
        param="amount",
    )
