"""Disputes: the customer's bank takes a charge back, and a card's can be answered.

Source: https://docs.stripe.com/disputes/how-disputes-work, https://docs.stripe.com/api/disputes
"""

from tests.stripe_sandbox.errors import refused
from tests.stripe_sandbox.resources import balance_transactions, dispute_evidence, early_fraud_warnings, refund_outcomes
from tests.stripe_sandbox.resources.balance_transactions import DAY
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

RESPONSE_DAYS = 8
INQUIRY_DAYS = 120
FINAL = ("won", "lost", "warning_closed")
NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1", "duplicate": "12.6.1", "general": "13.7"}
RETURNS = ("insufficient_funds", "incorrect_account_details", "bank_cannot_process", "debit_not_authorized")
"""Why a bank debit comes back after it succeeded. Source: https://docs.stripe.com/payments/ach-direct-debit#disputed-payments"""
_SEALED_FATES = {"winning_evidence": "dispute_won", "losing_evidence": "dispute_lost"}


def open_on(work: Work, charge: Json, *, reason: str, amount: int | None = None, is_inquiry: bool = False) -> Json:
    """Dispute a charge: `amount`, or what is not refunded. Of a bank debit it is a return, and lost at once: banks hear no answer."""
    if any(dispute["status"] not in FINAL for dispute in of_charge(work, charge["id"])):
        raise refused(f"Charge {charge['id']} is disputed already.")
    is_return = charge["payment_method_details"]["type"] == "us_bank_account"
    status = "lost" if is_return else "warning_needs_response" if is_inquiry else "needs_response"
    refund_outcomes.fail_because_of_dispute(work, charge)
    dispute = _new(work, charge, reason=reason, amount=amount, status=status)
    charge["disputed"] = True
    work.tx.save(charge)
    if not is_inquiry:
        dispute["balance_transactions"] = [balance_transactions.record_dispute(work, dispute)]
    emit(work, "charge.dispute.created", work.tx.insert(dispute))
    if not is_inquiry:
        emit(work, "charge.dispute.funds_withdrawn", dispute)
    if is_return:
        emit(work, "charge.dispute.closed", dispute)
    elif is_inquiry:
        work.tx.due_at(work.now + INQUIRY_DAYS * DAY, "dispute_lost", dispute["id"])
    else:
        work.tx.due_at(dispute["evidence_details"]["due_by"], "dispute_unanswered", dispute["id"])
    early_fraud_warnings.make_moot(work, charge["id"])
    return dispute


def open_as_card_says(work: Work, charge_id: str) -> None:
    """The dispute that a test card brings. Source: https://docs.stripe.com/testing#disputes"""
    reason = work.tx.hidden(charge_id)["dispute"]
    is_inquiry = reason == "inquiry"
    charge = one(work, "charge", charge_id)
    if not charge["refunded"]:
        open_on(work, charge, reason="general" if is_inquiry else reason, is_inquiry=is_inquiry)


def win(work: Work, id: str) -> Json:
    """The bank takes our side: the money and the fee come back. An inquiry closes."""
    dispute = _undecided(work, id)
    if dispute["status"].startswith("warning_"):
        return _close(work, dispute, "warning_closed")
    entry = balance_transactions.record_won_dispute(work, dispute)
    dispute["balance_transactions"] = [*dispute["balance_transactions"], entry]
    dispute["is_charge_refundable"] = True
    _close(work, dispute, "won")
    emit(work, "charge.dispute.funds_reinstated", dispute)
    return dispute


def lose(work: Work, id: str) -> Json:
    """The bank takes the customer's side, and the money is gone. An inquiry closes, and no money ever left."""
    dispute = _undecided(work, id)
    return _close(work, dispute, "warning_closed" if dispute["status"].startswith("warning_") else "lost")


def lose_if_open(work: Work, id: str) -> None:
    if one(work, "dispute", id)["status"] not in FINAL:
        lose(work, id)


def win_if_open(work: Work, id: str) -> None:
    if one(work, "dispute", id)["status"] not in FINAL:
        win(work, id)


def lose_if_unanswered(work: Work, id: str) -> None:
    """The time to answer is over."""
    if one(work, "dispute", id)["status"] == "needs_response":
        lose(work, id)


def of_charge(work: Work, charge_id: str) -> list[Json]:
    return work.tx.select("dispute", "json_extract(data, '$.charge') = ?", (charge_id,))


def retrieve(work: Work, params: Json, dispute: str) -> Json:
    return one(work, "dispute", dispute, param="dispute")


def list_(work: Work, params: Json) -> Json:
    return list_page(work, "dispute", "/v1/disputes", params, filters=same(params, "charge", "payment_intent"))


def update(work: Work, params: Json, dispute: str) -> Json:
    """Evidence is staged, and sent to the bank unless `submit` is false. Source: https://docs.stripe.com/api/disputes/update"""
    item = one(work, "dispute", dispute, param="dispute")
    before = dict(item)
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    if "intended_submission_method" in params:
        item["intended_submission_method"] = params["intended_submission_method"]
    if "evidence" in params or params.get("submit"):
        _undecided(work, dispute)
        item["evidence"] = dispute_evidence.merged(item["evidence"], params.get("evidence", {}))
        has_evidence = dispute_evidence.is_given(item["evidence"])
        item["evidence_details"] = {**item["evidence_details"], "has_evidence": has_evidence}
        if params.get("submit", True):
            _submit(work, item)
    emit(work, "charge.dispute.updated", work.tx.save(item), before=before)
    return item


def close(work: Work, params: Json, dispute: str) -> Json:
    """Accept it as lost. Source: https://docs.stripe.com/api/disputes/close"""
    one(work, "dispute", dispute, param="dispute")
    return lose(work, dispute)


def _submit(work: Work, dispute: Json) -> None:
    is_warning = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_under_review" if is_warning else "under_review"
    details = dispute["evidence_details"]
    dispute["evidence_details"] = {
        **details,
        "past_due": bool(details["due_by"]) and work.now > details["due_by"],
        "submission_count": details["submission_count"] + 1,
        "submission_method": "manual",
    }
    if fate := _SEALED_FATES.get(dispute["evidence"]["uncategorized_text"] or ""):
        work.tx.due_at(work.now + work.settle_after, fate, dispute["id"])


def _undecided(work: Work, id: str) -> Json:
    dispute = one(work, "dispute", id)
    if dispute["status"] in FINAL:
        raise refused("This dispute is already closed.")
    return dispute


def _close(work: Work, dispute: Json, status: str) -> Json:
    dispute["status"] = status
    emit(work, "charge.dispute.closed", work.tx.save(dispute))
    return dispute


def _new(work: Work, charge: Json, *, reason: str, amount: int | None, status: str) -> Json:
    is_warning, is_card = status.startswith("warning_"), charge["payment_method_details"]["type"] == "card"
    due_by = (work.now // DAY + RESPONSE_DAYS + 1) * DAY - 1 if status != "lost" else 0
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"] if amount is None else amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dispute_evidence.blank(),
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": "manual",
        "is_charge_refundable": is_warning,
        "livemode": False,
        "metadata": {},
        "network_reason_code": None,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _card_details(charge, reason, is_warning) if is_card else None,
        "reason": reason,
        "status": status,
    }


def _card_details(charge: Json, reason: str, is_inquiry: bool) -> Json:
    card = charge["payment_method_details"]["card"]
    return {
        "card": {
            "brand": card["brand"],
            "case_type": "inquiry" if is_inquiry else "chargeback",
            "network": card["network"],
            "network_reason_code": NETWORK_CODES.get(reason),
        },
        "type": "card",
    }
