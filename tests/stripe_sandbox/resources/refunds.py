"""Refunds: whole or in part, never more than what was charged. Source: https://docs.stripe.com/api/refunds"""

from tests.stripe_sandbox.errors import StripeError, invalid, not_built, refused
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.resources import (
    balance_transactions,
    charges,
    disputes,
    early_fraud_warnings,
    refund_outcomes,
)
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text

_TAKEN_BACK = ("needs_response", "under_review", "lost")


def create(work: Work, params: Json) -> Json:
    for name in params.keys() - {"amount", "charge", "expand", "metadata", "payment_intent", "reason"}:
        raise not_built(f"{name} of a refund", param=name)
    metadata = merged({}, params.get("metadata"))
    charge = _charge_to_refund(work, params)
    amount = _amount_to_refund(params, charge)
    refund = _new(work, params, charge, amount, metadata)
    if charge["status"] == "succeeded":
        refund["balance_transaction"] = balance_transactions.record_refund(work, refund)["id"]
    work.tx.insert(refund)
    _plan(work, charge, refund)
    emit(work, "refund.created", refund)
    _reduce(work, charge, amount, is_fraud=params.get("reason") == "fraudulent")
    return refund


def cancel(work: Work, params: Json, refund: str) -> Json:
    """Only what waits for the customer, which no card and no bank debit does. Source: https://docs.stripe.com/api/refunds/cancel"""
    item = one(work, "refund", refund)
    raise refused(
        f"You can only cancel a refund with a status of requires_action. This refund has a status of {item['status']}."
    )


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


def _new(work: Work, params: Json, charge: Json, amount: int, metadata: dict[str, str]) -> Json:
    fate = work.tx.hidden(charge["id"]).get("refund_fate", "succeeds")
    is_debit = charge["payment_method_details"]["type"] == "us_bank_account"
    waits_for = "charge_pending" if charge["status"] == "pending" else "processing"
    is_pending = is_debit or fate == "succeeds_later"
    return {
        "id": new_id("pyr" if is_debit else "re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "destination_details": None if is_debit else _to_card(),
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "pending_reason": waits_for if is_pending else None,
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if is_pending else "succeeded",
        "transfer_reversal": None,
    }


def _to_card() -> Json:
    card = {
        "reference": random_text(12).upper(),
        "reference_status": "available",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
    return {"card": card, "type": "card"}


def _plan(work: Work, charge: Json, refund: Json) -> None:
    """What becomes of the refund by itself."""
    if refund["pending_reason"] == "processing" and refund["charge"].startswith("py_"):
        work.tx.due_at(work.now + refund_outcomes.debit_seconds(work), "refund_succeeds_later", refund["id"])
    fate = work.tx.hidden(charge["id"]).get("refund_fate", "succeeds")
    if fate != "succeeds":
        work.tx.due_at(work.now + work.settle_after, f"refund_{fate}", refund["id"])


def _reduce(work: Work, charge: Json, amount: int, *, is_fraud: bool) -> None:
    """The charge counts as refunded from the first moment. A warning is moot, and an inquiry closes, once all is refunded."""
    before = dict(charge)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    if is_fraud:
        charge["fraud_details"] = {"user_report": "fraudulent"}
    emit(work, "charge.refunded", work.tx.save(charge), before=before)
    if charge["refunded"]:
        early_fraud_warnings.make_moot(work, charge["id"])
        for dispute in disputes.of_charge(work, charge["id"]):
            if dispute["status"].startswith("warning_") and dispute["status"] != "warning_closed":
                disputes.lose(work, dispute["id"])


def _charge_to_refund(work: Work, params: Json) -> Json:
    if ("charge" in params) == ("payment_intent" in params):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if "charge" in params:
        charge = one(work, "charge", params["charge"], param="charge")
    else:
        intent = one(work, "payment_intent", params["payment_intent"], param="payment_intent")
        if intent["status"] not in ("succeeded", "processing"):
            raise refused(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
        charge = one(work, "charge", intent["latest_charge"])
    if charge["status"] == "failed":
        raise refused(f"Charge {charge['id']} is not successful and cannot be refunded.")
    if charge["refunded"]:
        raise refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if any(dispute["status"] in _TAKEN_BACK for dispute in disputes.of_charge(work, charge["id"])):
        raise refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if charge["balance_transaction"] is None and charge["status"] == "succeeded":
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
