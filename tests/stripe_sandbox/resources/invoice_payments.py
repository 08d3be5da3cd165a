"""Invoice payments: which payment intent pays which invoice. Source: https://docs.stripe.com/api/invoice-payment"""

from tests.stripe_sandbox.errors import invalid
from tests.stripe_sandbox.resources.lists import Filter, list_page, one, same
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


def retrieve(work: Work, params: Json, invoice_payment: str) -> Json:
    return one(work, "invoice_payment", invoice_payment, param="invoice_payment")


def list_(work: Work, params: Json) -> Json:
    filters = same(params, "invoice", "status")
    if "payment" in params:
        payment = params["payment"]
        if payment["type"] not in payment:
            name = f"payment[{payment['type']}]"
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
        filters.append(Filter("json_extract(data, '$.payment.type') = ?", payment["type"]))
        filters.append(Filter(f"json_extract(data, '$.payment.{payment['type']}') = ?", payment[payment["type"]]))
    return list_page(work, "invoice_payment", "/v1/invoice_payments", params, filters=filters)
