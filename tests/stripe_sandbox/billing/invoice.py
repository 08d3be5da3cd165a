"""The steps of an invoice from draft to its end, each with its event.

Source: https://docs.stripe.com/invoicing/integration/workflow-transitions
"""

from tests.stripe_sandbox.billing.invoice_shape import build
from tests.stripe_sandbox.resources import payment_intents
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text

DESCRIPTIONS = {"subscription_create": "Subscription creation"}


def draft(work: Work, subscription: Json, *, reason: str, usage: tuple[int, int], auto_advance: bool = True) -> Json:
    """A draft of the subscription's current period, with `invoice.created`. `usage` is the time that the invoice looks back on."""
    invoice = work.tx.insert(build(work, subscription, reason=reason, usage=usage))
    invoice["auto_advance"] = auto_advance
    emit(work, "invoice.created", work.tx.save(invoice))
    return invoice


def finalize(work: Work, invoice: Json, *, intent: Json | None = None) -> Json:
    """Draft to open, with number, page and payment intent (`intent` when it was paid before, as at a checkout)."""
    customer = one(work, "customer", invoice["customer"])
    if not customer.get("deleted"):
        sequence = customer["next_invoice_sequence"]
        invoice["number"] = f"{customer['invoice_prefix']}-{sequence:04}"
        customer["next_invoice_sequence"] = sequence + 1
        work.tx.save(customer)
    secret = random_text(40)
    invoice |= {
        "status": "open",
        "automatically_finalizes_at": None,
        "effective_at": work.now,
        "ending_balance": 0,
        "hosted_invoice_url": f"{work.origin}/i/{invoice['id']}/{secret}",
    }
    invoice["status_transitions"]["finalized_at"] = work.now
    work.tx.save_hidden(invoice["id"], {**work.tx.hidden(invoice["id"]), "secret": secret})
    if invoice["amount_due"]:
        _expect_payment(work, invoice, intent)
    emit(work, "invoice.finalized", work.tx.save(invoice))
    return invoice


def mark_paid(work: Work, invoice: Json) -> Json:
    """Both events of it, as Stripe sends them. Source: https://docs.stripe.com/api/events/types"""
    invoice |= {
        "status": "paid",
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "attempted": True,
        "next_payment_attempt": None,
        "auto_advance": False,
    }
    invoice["status_transitions"]["paid_at"] = work.now
    work.tx.save(invoice)
    emit(work, "invoice.paid", invoice)
    emit(work, "invoice.payment_succeeded", invoice)
    return invoice


def void(work: Work, invoice: Json) -> Json:
    invoice |= {"status": "void", "auto_advance": False, "next_payment_attempt": None}
    invoice["status_transitions"]["voided_at"] = work.now
    _expect_no_payment(work, invoice)
    emit(work, "invoice.voided", work.tx.save(invoice))
    return invoice


def mark_uncollectible(work: Work, invoice: Json, *, reason: str) -> Json:
    invoice |= {
        "status": "uncollectible",
        "auto_advance": False,
        "next_payment_attempt": None,
        "status_details": {"uncollectible": {"reason": reason}},
    }
    invoice["status_transitions"]["marked_uncollectible_at"] = work.now
    emit(work, "invoice.marked_uncollectible", work.tx.save(invoice))
    return invoice


def stop_collecting(work: Work, invoice: Json) -> None:
    """Nothing is tried by itself any more."""
    if not invoice["auto_advance"] and invoice["next_payment_attempt"] is None:
        return
    before = dict(invoice)
    invoice |= {"auto_advance": False, "next_payment_attempt": None, "automatically_finalizes_at": None}
    emit(work, "invoice.updated", work.tx.save(invoice), before=before)


def payment_of(work: Work, invoice: Json) -> Json | None:
    """The invoice's default payment."""
    found = work.tx.select("invoice_payment", "json_extract(data, '$.invoice') = ?", (invoice["id"],))
    return found[0] if found else None


def settle_payment(work: Work, invoice: Json) -> None:
    payment = payment_of(work, invoice)
    if payment is not None:
        payment |= {"status": "paid", "amount_paid": payment["amount_requested"]}
        payment["status_transitions"]["paid_at"] = work.now
        emit(work, "invoice_payment.paid", work.tx.save(payment))


def _expect_payment(work: Work, invoice: Json, intent: Json | None) -> None:
    if intent is None:
        data = {"description": DESCRIPTIONS.get(invoice["billing_reason"], "Subscription update")}
        intent = payment_intents.create_for(
            work, invoice["id"], invoice["amount_due"], invoice["currency"], data, customer=invoice["customer"]
        )
    work.tx.insert(
        {
            "id": new_id("inpay"),
            "object": "invoice_payment",
            "amount_paid": None,
            "amount_requested": invoice["amount_due"],
            "created": work.now,
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        }
    )


def _expect_no_payment(work: Work, invoice: Json) -> None:
    payment = payment_of(work, invoice)
    if payment is not None and payment["status"] == "open":
        payment["status"] = "canceled"
        payment["status_transitions"]["canceled_at"] = work.now
        work.tx.save(payment)
        payment_intents.cancel_unpaid(work, payment["payment"]["payment_intent"], reason="void_invoice")
