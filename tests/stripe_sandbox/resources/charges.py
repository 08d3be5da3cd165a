"""Charges: one for each attempt that reached the bank."""

from tests.stripe_sandbox.cards import Card, Decline
from tests.stripe_sandbox.resources import balance_transactions, payment_methods
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import Filter, as_list, list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text

STATEMENT_PREFIX = "SANDBOX"
APPROVED = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "seller_message": "Payment complete.",
    "type": "authorized",
}
_REFUNDS_INCLUDED = 10


def record_attempt(
    work: Work, *, intent: Json, card: Card, name: str, email: str, decline: Decline | None, method: str = ""
) -> Json:
    """Write the charge of one attempt, succeeded or failed, and its event. `method` is the payment method, if there is one yet."""
    charge = {
        **new(work, intent=intent, name=name, email=email),
        "amount_captured": 0 if decline else intent["amount"],
        "captured": decline is None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "outcome": _outcome(decline),
        "paid": decline is None,
        "payment_method": method or payment_methods.new(work, card, name=name, email=email)["id"],
        "payment_method_details": {"type": "card", "card": card_details(card, intent["amount"], decline)},
        "receipt_url": None if decline else f"{work.origin}/receipts/{intent['id']}",
        "status": "failed" if decline else "succeeded",
    }
    work.tx.insert(charge, hidden={"refund_fate": card.refund_fate, "dispute": card.dispute})
    emit(work, "charge.failed" if decline else "charge.succeeded", charge)
    if not decline:
        _plan(work, charge, card)
    return charge


def new(work: Work, *, intent: Json, name: str, email: str, prefix: str = "ch") -> Json:
    """What every charge of an intent has in common, not stored yet."""
    suffix = intent["statement_descriptor_suffix"]
    return {
        "id": new_id(prefix),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": _billing_details(name, email),
        "calculated_statement_descriptor": f"{STATEMENT_PREFIX}* {suffix}"[:22] if suffix else STATEMENT_PREFIX,
        "captured": False,
        "created": work.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": None,
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": suffix,
        "status": "pending",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }


def _plan(work: Work, charge: Json, card: Card) -> None:
    """What becomes of a charge by itself."""
    soon = work.soon(work.settle_after)
    work.tx.due_at(soon, "settle_charge", charge["id"])
    if card.dispute:
        work.tx.due_at(soon, "dispute_charge", charge["id"])
    if card.is_warned_of:
        work.tx.due_at(soon, "warn_of_charge", charge["id"])


def settle(work: Work, charge_id: str) -> None:
    """Give the charge its balance transaction, which Stripe does shortly after success, with `charge.updated`.

    Source: https://docs.stripe.com/payments/payment-intents/asynchronous-capture
    """
    charge = one(work, "charge", charge_id)
    if charge["balance_transaction"] is not None:
        return
    before = dict(charge)
    charge["balance_transaction"] = balance_transactions.record_charge(work, charge)["id"]
    emit(work, "charge.updated", work.tx.save(charge), before=before)


def settle_all(work: Work) -> None:
    """The same, at once, for every charge that succeeded."""
    where = "json_extract(data, '$.status') = 'succeeded' AND json_extract(data, '$.balance_transaction') IS NULL"
    for charge in work.tx.select("charge", where):
        settle(work, charge["id"])


def included_refunds(work: Work, charge: Json) -> Json:
    """The charge's newest refunds, as `expand` includes them."""
    found = work.tx.select("refund", "json_extract(data, '$.charge') = ?", (charge["id"],))
    return as_list(
        f"/v1/charges/{charge['id']}/refunds", found[:_REFUNDS_INCLUDED], has_more=len(found) > _REFUNDS_INCLUDED
    )


def retrieve(work: Work, params: Json, charge: str) -> Json:
    return one(work, "charge", charge)


def list_(work: Work, params: Json) -> Json:
    return list_page(work, "charge", "/v1/charges", params, filters=_filters(params))


def update(work: Work, params: Json, charge: str) -> Json:
    item = one(work, "charge", charge)
    before = dict(item)
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    for name in ("description", "receipt_email"):
        item[name] = params.get(name, item[name])
    emit(work, "charge.updated", work.tx.save(item), before=before)
    return item


def card_details(card: Card, amount: int, decline: Decline | None) -> Json:
    cvc = "fail" if decline and decline.code == "incorrect_cvc" else "pass"
    return {
        "amount_authorized": None if decline else amount,
        "authorization_code": None if decline else random_text(6).upper(),
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": cvc},
        "country": "US",
        "exp_month": card.month,
        "exp_year": card.year,
        "funding": card.funding,
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "network": card.brand,
        "network_token": {"used": False},
        "three_d_secure": None,
        "wallet": None,
    }


def _filters(params: Json) -> list[Filter]:
    return same(params, "payment_intent", "customer", "transfer_group")


def _billing_details(name: str, email: str) -> Json:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": address, "email": email, "name": name, "phone": None, "tax_id": None}


def _outcome(decline: Decline | None) -> Json:
    if decline is None:
        return APPROVED
    return {
        **APPROVED,
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
