"""The lines of an invoice. Source: https://docs.stripe.com/api/invoice-line-item"""

from tests.stripe_sandbox.resources.lists import one, page_within
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def list_(work: Work, params: Json, invoice: str) -> Json:
    lines = one(work, "invoice", invoice, param="invoice")["lines"]["data"]
    return page_within(f"/v1/invoices/{invoice}/lines", lines, params)
