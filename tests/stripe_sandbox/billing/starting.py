"""A subscription's beginning: made, with its first invoice."""

from tests.stripe_sandbox.billing import collecting
from tests.stripe_sandbox.billing import invoice as invoices
from tests.stripe_sandbox.billing.items import Wanted, check_items, new_item
from tests.stripe_sandbox.billing.periods import period_end
from tests.stripe_sandbox.billing.renewal import expect_renewal
from tests.stripe_sandbox.billing.subscription import new
from tests.stripe_sandbox.cards import Decline
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

INCOMPLETE_SECONDS = 23 * 60 * 60
"""How long the first payment may take."""


def start(
    work: Work,
    *,
    customer: Json,
    wanted: list[Wanted],
    metadata: Json,
    default_payment_method: str | None,
    description: str | None = None,
    paid_by: Json | None = None,
) -> tuple[Json, Decline | None]:
    """A new subscription and its first invoice: paid by the intent `paid_by`, or else charged now. Returns the decline, if any."""
    id = new_id("sub")
    check_items([{"price": one.price, "quantity": one.quantity} for one in wanted])
    end = period_end(work.now, wanted[0].price["recurring"], start=work.now)
    subscription = new(
        work,
        id,
        customer=customer,
        items=[new_item(work, id, one, period=(work.now, end)) for one in wanted],
        metadata=metadata,
        default_payment_method=default_payment_method,
        status="active" if paid_by else "incomplete",
        description=description,
    )
    expect_renewal(work, subscription)
    invoice = invoices.draft(work, subscription, reason="subscription_create", usage=(work.now, work.now))
    subscription["latest_invoice"] = invoice["id"]
    emit(work, "customer.subscription.created", work.tx.save(subscription))
    invoices.finalize(work, invoice, intent=paid_by)
    if paid_by:
        invoice["attempt_count"] = 1
        collecting.settle(work, invoice)
        return subscription, None
    decline = collecting.collect_first(work, invoice)
    if decline:
        work.schedule(work.now + INCOMPLETE_SECONDS, "expire_incomplete", id)
    return work.tx.find(id) or subscription, decline
