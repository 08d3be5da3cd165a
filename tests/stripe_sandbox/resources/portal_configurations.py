"""What the customer portal offers. Source: https://docs.stripe.com/api/customer_portal/configurations"""

from copy import deepcopy

from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.resources.addresses import is_web_address
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

KIND = "billing_portal.configuration"
REASONS = (
    "too_expensive",
    "missing_features",
    "switched_service",
    "unused",
    "customer_service",
    "too_complex",
    "low_quality",
    "other",
)
_IMITATED = {"invoice_history", "payment_method_update", "subscription_cancel"}
_OFF: Json = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False, "payment_method_configuration": None},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "feedback_options": None, "options": list(REASONS)},
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {"duration": {"interval_options": [], "type": "indefinite"}, "enabled": False},
    "subscription_update": {
        "billing_cycle_anchor": None,
        "default_allowed_updates": [],
        "enabled": False,
        "products": None,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}


def create(work: Work, params: Json) -> Json:
    configuration = _new(work, params)
    emit(work, "billing_portal.configuration.created", work.tx.insert(configuration))
    return configuration


def default(work: Work) -> Json:
    """The account's default, made the first time it is needed. Without an event, as it is set up in the dashboard."""
    found = work.tx.select(KIND, "json_extract(data, '$.is_default')")
    if found:
        return found[0]
    features = {
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {"enabled": True},
    }
    return work.tx.insert({**_new(work, {"features": features}), "is_default": True})


def retrieve(work: Work, params: Json, configuration: str) -> Json:
    return one(work, KIND, configuration, param="configuration")


def list_(work: Work, params: Json) -> Json:
    return list_page(
        work, KIND, "/v1/billing_portal/configurations", params, filters=same(params, "active", "is_default")
    )


def update(work: Work, params: Json, configuration: str) -> Json:
    item = one(work, KIND, configuration, param="configuration")
    before = deepcopy(item)
    if params.get("active") is False and item["is_default"]:
        raise invalid("You cannot deactivate the default configuration.", param="active")
    item["active"] = params.get("active", item["active"])
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    _apply(item, params)
    item["updated"] = work.now
    emit(work, "billing_portal.configuration.updated", work.tx.save(item), before=before)
    return item


def _new(work: Work, params: Json) -> Json:
    configuration = {
        "id": new_id("bpc"),
        "object": KIND,
        "active": True,
        "application": None,
        "business_profile": dict.fromkeys(("headline", "privacy_policy_url", "terms_of_service_url")),
        "created": work.now,
        "default_return_url": None,
        "features": deepcopy(_OFF),
        "is_default": False,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": merged({}, params.get("metadata")),
        "name": None,
        "updated": work.now,
    }
    _apply(configuration, params)
    return configuration


def _apply(configuration: Json, params: Json) -> None:
    if params.get("login_page", {}).get("enabled"):
        raise not_built("the portal's login page", param="login_page[enabled]")
    for name, feature in params.get("features", {}).items():
        if name not in _IMITATED and feature.get("enabled"):
            raise not_built(f"{name} in the portal", param=f"features[{name}][enabled]")
        _merge(configuration["features"][name], feature)
    cancel = configuration["features"]["subscription_cancel"]
    if cancel["proration_behavior"] != "none":
        raise not_built("prorations in the portal", param="features[subscription_cancel][proration_behavior]")
    _merge(configuration["business_profile"], params.get("business_profile", {}))
    for name in ("default_return_url", "name"):
        configuration[name] = params.get(name, configuration[name]) or None
    if configuration["default_return_url"] and not is_web_address(configuration["default_return_url"]):
        raise invalid("Not a valid URL", param="default_return_url", code="url_invalid")


def _merge(current: Json, given: Json) -> None:
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(current.get(name), dict):
            _merge(current[name], value)
        else:
            current[name] = value if value != "" else [] if isinstance(current.get(name), list) else None
