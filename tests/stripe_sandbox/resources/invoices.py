"""Invoices of subscriptions, as the API reads and settles them. Source: https://docs.stripe.com/api/invoices"""

from tests.stripe_sandbox.billing import clocks, collecting
from tests.stripe_sandbox.billing import invoice as steps
from tests.stripe_sandbox.billing.renewal import finish_resuming
from tests.stripe_sandbox.errors import not_built, refused
from tests.stripe_sandbox.resources import payment_methods
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import Filter, as_list, list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def retrieve(work: Work, params: Json, invoice: str) -> Json:
    return one(work, "invoice", invoice, param="invoice")


def list_(work: Work, params: Json) -> Json:
    for name in params.keys() & {"customer_account", "due_date"}:
        raise not_built(f"invoices by {name}", param=name)
    filters = same(params, "customer", "collection_method", "status")
    if "subscription" in params:
        filters.append(
            Filter("json_extract(data, '$.parent.subscription_details.subscription') = ?", params["subscription"])
        )
    return list_page(work, "invoice", "/v1/invoices", params, filters=filters)


def update(work: Work, params: Json, invoice: str) -> Json:
    item = one(work, "invoice", invoice, param="invoice")
    clocks.enter(work, item)
    for name in params.keys() - {"auto_advance", "default_payment_method", "description", "expand", "metadata"}:
        raise not_built(f"changing {name} of an invoice", param=name)
    before = dict(item)
    if "default_payment_method" in params:
        method = payment_methods.owned(
            work, params["default_payment_method"], item["customer"], param="default_payment_method"
        )
        item["default_payment_method"] = method["id"]
    item["description"] = params.get("description", item["description"]) or None
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    if "auto_advance" in params:
        _set_auto_advance(work, item, params["auto_advance"])
    emit(work, "invoice.updated", work.tx.save(item), before=before)
    return item


def finalize_invoice(work: Work, params: Json, invoice: str) -> Json:
    item = _in_state(work, invoice, ("draft",), "finalized")
    item["auto_advance"] = params.get("auto_advance", item["auto_advance"])
    steps.finalize(work, item)
    if item["auto_advance"]:
        collecting.collect_first(work, item)
    return one(work, "invoice", invoice)


def pay(work: Work, params: Json, invoice: str) -> Json:
    """Try now. A decline is an error, and stays on the books all the same."""
    for name in params.keys() - {"expand", "off_session", "paid_out_of_band", "payment_method"}:
        raise not_built(f"{name} when paying an invoice", param=name)
    item = _in_state(work, invoice, ("draft", "open", "uncollectible"), "paid")
    if item["status"] == "draft":
        steps.finalize(work, item)
    if params.get("paid_out_of_band"):
        raise not_built("payments outside of Stripe", param="paid_out_of_band")
    if item["amount_due"] == 0:
        collecting.settle(work, item)
        return item
    method = None
    if "payment_method" in params:
        method = payment_methods.owned(work, params["payment_method"], item["customer"], param="payment_method")
    decline = collecting.attempt(work, item, method or collecting.default_method(work, item), is_scheduled=False)
    if decline is collecting.NO_METHOD:
        raise refused(
            "There is no `default_payment_method` set on this Customer or Invoice. Please set a `default_payment_method` prior to "
            "retrying the payment."
        )
    if decline:
        raise payment_methods.refusal_of(decline)
    return one(work, "invoice", invoice)


def void_invoice(work: Work, params: Json, invoice: str) -> Json:
    return steps.void(work, _in_state(work, invoice, ("open", "uncollectible"), "voided"))


def mark_uncollectible(work: Work, params: Json, invoice: str) -> Json:
    item = steps.mark_uncollectible(
        work, _in_state(work, invoice, ("open",), "marked uncollectible"), reason="user_forgiven"
    )
    if work.tx.hidden(invoice).get("resumes"):
        finish_resuming(work, collecting.subscription_of(work, item))
    return item


def included_payments(work: Work, invoice: Json) -> Json:
    """The invoice's payments, as `expand` includes them."""
    found = work.tx.select("invoice_payment", "json_extract(data, '$.invoice') = ?", (invoice["id"],))
    return as_list(f"/v1/invoice_payments?invoice={invoice['id']}", found)


def _in_state(work: Work, id: str, allowed: tuple[str, ...], done: str) -> Json:
    item = one(work, "invoice", id, param="invoice")
    clocks.enter(work, item)
    if item["status"] == "paid" and done == "paid":
        raise refused("Invoice is already paid", code="invoice_already_paid")
    if item["status"] not in allowed:
        raise refused(f"An invoice with the status {item['status']} cannot be {done}.", code="invoice_not_editable")
    return item


def _set_auto_advance(work: Work, item: Json, wish: bool) -> None:
    """A draft that goes on is finalized after an hour again."""
    if wish and not item["auto_advance"] and item["status"] == "draft":
        item["automatically_finalizes_at"] = work.now + collecting.DRAFT_SECONDS
        work.schedule(item["automatically_finalizes_at"], "finalize_invoice", item["id"])
    elif not wish:
        item["automatically_finalizes_at"] = item["next_payment_attempt"] = None
    item["auto_advance"] = wish
