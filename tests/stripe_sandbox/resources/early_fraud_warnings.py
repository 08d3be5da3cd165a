"""Early fraud warnings: the card's issuer suspects fraud, and often a dispute follows unless the payment is refunded.

Source: https://docs.stripe.com/api/radar/early_fraud_warnings
"""

from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

KIND = "radar.early_fraud_warning"


def warn(work: Work, charge: Json, *, fraud_type: str = "made_with_stolen_card") -> Json:
    warning: Json = {
        "id": new_id("issfr"),
        "object": KIND,
        "actionable": not (charge["disputed"] or charge["refunded"]),
        "charge": charge["id"],
        "created": work.now,
        "fraud_type": fraud_type,
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    emit(work, "radar.early_fraud_warning.created", work.tx.insert(warning))
    return warning


def warn_as_card_says(work: Work, charge_id: str) -> None:
    """Source: https://docs.stripe.com/testing#disputes"""
    warn(work, one(work, "charge", charge_id))


def make_moot(work: Work, charge_id: str) -> None:
    """A warning is no longer actionable once the charge is disputed or wholly refunded."""
    for warning in work.tx.select(KIND, "json_extract(data, '$.charge') = ?", (charge_id,)):
        if warning["actionable"]:
            before = dict(warning)
            warning["actionable"] = False
            emit(work, "radar.early_fraud_warning.updated", work.tx.save(warning), before=before)


def retrieve(work: Work, params: Json, early_fraud_warning: str) -> Json:
    return one(work, KIND, early_fraud_warning, param="early_fraud_warning")


def list_(work: Work, params: Json) -> Json:
    filters = same(params, "charge", "payment_intent")
    return list_page(work, KIND, "/v1/radar/early_fraud_warnings", params, filters=filters)
