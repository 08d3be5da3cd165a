"""Another card for a customer: the default from now on, and a chance to pay what is open."""

from copy import deepcopy

from tests.stripe_sandbox.billing import collecting
from tests.stripe_sandbox.billing.subscription import ENDED, snapshot, tell
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def make_default(work: Work, customer: Json, method: Json) -> None:
    """The customer's default. Subscriptions that had a card of their own follow: assumed."""
    before = deepcopy(customer)
    customer["invoice_settings"]["default_payment_method"] = method["id"]
    emit(work, "customer.updated", work.tx.save(customer), before=before)
    for subscription in work.tx.select("subscription", "json_extract(data, '$.customer') = ?", (customer["id"],)):
        if subscription["status"] not in ENDED and subscription["default_payment_method"] is not None:
            make_default_of(work, subscription, method)


def make_default_of(work: Work, subscription: Json, method: Json) -> None:
    before = snapshot(subscription)
    subscription["default_payment_method"] = method["id"]
    tell(work, subscription, before)


def open_invoices(work: Work, customer_id: str) -> list[Json]:
    """What the customer owes, oldest first."""
    return work.tx.select(
        "invoice",
        "json_extract(data, '$.customer') = ? AND json_extract(data, '$.status') = 'open'",
        (customer_id,),
        tail="ORDER BY seq",
    )


def pay_open_invoices(work: Work, customer_id: str, method: Json) -> None:
    for invoice in open_invoices(work, customer_id):
        collecting.attempt(work, one(work, "invoice", invoice["id"]), method, is_scheduled=False, is_present=True)
