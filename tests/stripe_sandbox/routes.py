"""Which operations of Stripe's API the sandbox performs. Method and path of each come from the SDK."""

from collections.abc import Callable

from werkzeug.routing import Map, Rule

from tests.stripe_sandbox.contract.sdk_operations import Operation, read_operation
from tests.stripe_sandbox.resources import (
    balance,
    balance_transactions,
    charges,
    customers,
    disputes,
    early_fraud_warnings,
    events,
    invoice_lines,
    invoice_payments,
    invoices,
    payment_intents,
    payouts,
    portal_configurations,
    portal_sessions,
    prices,
    products,
    refunds,
    saved_cards,
    session_lines,
    sessions,
    setup_intents,
    shipping_rates,
    subscriptions,
    tax_rates,
    test_clocks,
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
    ("_refund_service", "cancel"): refunds.cancel,
    ("_dispute_service", "retrieve"): disputes.retrieve,
    ("_dispute_service", "update"): disputes.update,
    ("_dispute_service", "list"): disputes.list_,
    ("_dispute_service", "close"): disputes.close,
    ("radar._early_fraud_warning_service", "retrieve"): early_fraud_warnings.retrieve,
    ("radar._early_fraud_warning_service", "list"): early_fraud_warnings.list_,
    ("_payout_service", "retrieve"): payouts.retrieve,
    ("_payout_service", "list"): payouts.list_,
    ("_balance_service", "retrieve"): balance.retrieve,
    ("_shipping_rate_service", "create"): shipping_rates.create,
    ("_shipping_rate_service", "retrieve"): shipping_rates.retrieve,
    ("_shipping_rate_service", "update"): shipping_rates.update,
    ("_shipping_rate_service", "list"): shipping_rates.list_,
    ("_tax_rate_service", "create"): tax_rates.create,
    ("_tax_rate_service", "retrieve"): tax_rates.retrieve,
    ("_tax_rate_service", "update"): tax_rates.update,
    ("_tax_rate_service", "list"): tax_rates.list_,
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
    ("_setup_intent_service", "create"): setup_intents.create,
    ("_setup_intent_service", "retrieve"): setup_intents.retrieve,
    ("_setup_intent_service", "update"): setup_intents.update,
    ("_setup_intent_service", "confirm"): setup_intents.confirm,
    ("_setup_intent_service", "cancel"): setup_intents.cancel,
    ("_setup_intent_service", "list"): setup_intents.list_,
    ("_payment_method_service", "retrieve"): saved_cards.retrieve,
    ("_payment_method_service", "update"): saved_cards.update,
    ("_payment_method_service", "list"): saved_cards.list_,
    ("_payment_method_service", "attach"): saved_cards.attach,
    ("_payment_method_service", "detach"): saved_cards.detach,
    ("_customer_payment_method_service", "list"): saved_cards.list_of_customer,
    ("_customer_payment_method_service", "retrieve"): saved_cards.retrieve_of_customer,
    ("_subscription_service", "create"): subscriptions.create,
    ("_subscription_service", "retrieve"): subscriptions.retrieve,
    ("_subscription_service", "update"): subscriptions.update,
    ("_subscription_service", "list"): subscriptions.list_,
    ("_subscription_service", "cancel"): subscriptions.cancel,
    ("_subscription_service", "pause"): subscriptions.pause,
    ("_subscription_service", "resume"): subscriptions.resume,
    ("_invoice_service", "retrieve"): invoices.retrieve,
    ("_invoice_service", "update"): invoices.update,
    ("_invoice_service", "list"): invoices.list_,
    ("_invoice_service", "pay"): invoices.pay,
    ("_invoice_service", "finalize_invoice"): invoices.finalize_invoice,
    ("_invoice_service", "void_invoice"): invoices.void_invoice,
    ("_invoice_service", "mark_uncollectible"): invoices.mark_uncollectible,
    ("_invoice_line_item_service", "list"): invoice_lines.list_,
    ("_invoice_payment_service", "retrieve"): invoice_payments.retrieve,
    ("_invoice_payment_service", "list"): invoice_payments.list_,
    ("billing_portal._configuration_service", "create"): portal_configurations.create,
    ("billing_portal._configuration_service", "retrieve"): portal_configurations.retrieve,
    ("billing_portal._configuration_service", "update"): portal_configurations.update,
    ("billing_portal._configuration_service", "list"): portal_configurations.list_,
    ("billing_portal._session_service", "create"): portal_sessions.create,
    ("test_helpers._test_clock_service", "create"): test_clocks.create,
    ("test_helpers._test_clock_service", "retrieve"): test_clocks.retrieve,
    ("test_helpers._test_clock_service", "advance"): test_clocks.advance,
    ("test_helpers._test_clock_service", "delete"): test_clocks.delete,
    ("test_helpers._test_clock_service", "list"): test_clocks.list_,
}


SEARCH = None
"""What stands for `GET /v1/charges/search` and its like, so that nobody takes `search` for an id."""


def api_routes() -> Map:
    """The URL map of the API; an endpoint is its Operation, or SEARCH."""
    operations = [read_operation(*key) for key in OPERATIONS]
    folders = {path.rpartition("/")[0] for path in (one.path for one in operations) if path.endswith("}")}
    searches = [Rule(f"{folder}/search", methods=["GET"], endpoint=SEARCH) for folder in sorted(folders)]
    return Map([*searches, *map(_rule, operations)])


def handler_of(operation: Operation) -> Handler:
    return OPERATIONS[operation.service, operation.name]


def _rule(operation: Operation) -> Rule:
    path = operation.path.replace("{", "<").replace("}", ">")
    return Rule(path, methods=[operation.method.upper()], endpoint=operation)
