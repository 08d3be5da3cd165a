"""What is said against a dispute. Source: https://docs.stripe.com/api/disputes/evidence_object"""

from tests.stripe_sandbox.errors import not_built
from tests.stripe_sandbox.store import Json

_TEXTS = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_tracking_number",
    "uncategorized_text",
)
_FILES = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)


def blank() -> Json:
    return {**dict.fromkeys((*_TEXTS, *_FILES)), "appeal": None, "enhanced_evidence": {}}


def merged(current: Json, given: Json) -> Json:
    """`current` with the texts of `given`. Files are not imitated."""
    for name in given.keys() - set(_TEXTS):
        raise not_built(f"{name} as evidence", param=f"evidence[{name}]")
    return {**current, **given}


def is_given(evidence: Json) -> bool:
    return any(evidence[name] for name in _TEXTS)
