"""Which operations of Stripe's API the sandbox performs. Method and path of each come from the SDK."""

from collections.abc import Callable

from werkzeug.routing import Map, Rule

from tests.stripe_sandbox.contract.sdk_operations import Operation, read_operation
from tests.stripe_sandbox.resources import (
    balance_transactions,
    charges,
    customers,
    events,
    payment_intents,
    prices,
    products,
    refunds,
    session_lines,
    sessions,
    webhook_endpoints,
)
from tests.stripe_sandbox.store import Json

Handler = Callable[..., Json]

OPERATIONS: dict[tuple[str, str], Handler] = {
    ("checkout._session_service", "create"): sessions.create,
    ("checkout._session_service", "retrieve"): sessions.retrieve,
    ("checkout._session_service", "update"): sessions.update,
    ("checkout._session_service", "list"): sessions.list_,
    ("checkout._session_service", "expire"): sessions.expire,
    ("checkout._session_line_item_service", "list"): session_lines.list_,
    ("_payment_intent_service", "retrieve"): payment_intents.retrieve,
    ("_payment_intent_service", "update"): payment_intents.update,
    ("_payment_intent_service", "list"): payment_intents.list_,
    ("_payment_intent_service", "cancel"): payment_intents.cancel,
    ("_charge_service", "retrieve"): charges.retrieve,
    ("_charge_service", "update"): charges.update,
    ("_charge_service", "list"): charges.list_,
    ("_balance_transaction_service", "retrieve"): balance_transactions.retrieve,
    ("_balance_transaction_service", "list"): balance_transactions.list_,
    ("_refund_service", "create"): refunds.create,
    ("_refund_service", "retrieve"): refunds.retrieve,
    ("_refund_service", "update"): refunds.update,
    ("_refund_service", "list"): refunds.list_,
    ("_customer_service", "create"): customers.create,
    ("_customer_service", "retrieve"): customers.retrieve,
    ("_customer_service", "update"): customers.update,
    ("_customer_service", "delete"): customers.delete,
    ("_customer_service", "list"): customers.list_,
    ("_product_service", "create"): products.create,
    ("_product_service", "retrieve"): products.retrieve,
    ("_product_service", "update"): products.update,
    ("_product_service", "list"): products.list_,
    ("_price_service", "create"): prices.create,
    ("_price_service", "retrieve"): prices.retrieve,
    ("_price_service", "update"): prices.update,
    ("_price_service", "list"): prices.list_,
    ("_event_service", "retrieve"): events.retrieve,
    ("_event_service", "list"): events.list_,
    ("_webhook_endpoint_service", "create"): webhook_endpoints.create,
    ("_webhook_endpoint_service", "retrieve"): webhook_endpoints.retrieve,
    ("_webhook_endpoint_service", "update"): webhook_endpoints.update,
    ("_webhook_endpoint_service", "delete"): webhook_endpoints.delete,
    ("_webhook_endpoint_service", "list"): webhook_endpoints.list_,
}


def api_routes() -> Map:
    """The URL map of the API; an endpoint is its Operation."""
    return Map([_rule(read_operation(*key)) for key in OPERATIONS])


def handler_of(operation: Operation) -> Handler:
    return OPERATIONS[operation.service, operation.name]


def _rule(operation: Operation) -> Rule:
    path = operation.path.replace("{", "<").replace("}", ">")
    return Rule(path, methods=[operation.method.upper()], endpoint=operation)
