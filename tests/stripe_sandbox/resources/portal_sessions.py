"""Customer portal sessions: a short-lived address of one customer's own pages.

Source: https://docs.stripe.com/api/customer_portal/sessions
"""

from tests.stripe_sandbox.errors import invalid, not_built, refused
from tests.stripe_sandbox.resources import customers, portal_configurations
from tests.stripe_sandbox.resources.addresses import is_web_address
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id, random_text

KIND = "billing_portal.session"
FLOWS = {"payment_method_update": "payment_method_update", "subscription_cancel": "subscription_cancel"}
"""Flows, and the feature of the configuration that each needs."""


def create(work: Work, params: Json) -> Json:
    for name in params.keys() - {"configuration", "customer", "expand", "flow_data", "locale", "return_url"}:
        raise not_built(f"{name} of a portal session", param=name)
    if "customer" not in params:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    customer = customers.existing(work, params["customer"], param="customer")
    configuration = _configuration(work, params)
    return_url = params.get("return_url") or configuration["default_return_url"]
    if return_url and not is_web_address(return_url):
        raise invalid("Not a valid URL", param="return_url", code="url_invalid")
    secret = random_text(40)
    session = {
        "id": new_id("bps"),
        "object": KIND,
        "configuration": configuration["id"],
        "created": work.now,
        "customer": customer["id"],
        "flow": _flow(work, params["flow_data"], customer, configuration) if "flow_data" in params else None,
        "livemode": False,
        "locale": params.get("locale"),
        "on_behalf_of": None,
        "return_url": return_url,
        "url": f"{work.origin}/p/session/{secret}",
    }
    work.tx.insert(session, hidden={"secret": secret, "attempt": 0, "opened_at": work.sandbox_now})
    emit(work, "billing_portal.session.created", session)
    return session


def by_secret(work: Work, secret: str) -> Json | None:
    """The session behind an address."""
    found = work.tx.select(KIND, "json_extract(hidden, '$.secret') = ?", (secret,))
    return found[0] if found else None


def _configuration(work: Work, params: Json) -> Json:
    if "configuration" not in params:
        return portal_configurations.default(work)
    configuration = one(work, portal_configurations.KIND, params["configuration"], param="configuration")
    if not configuration["active"]:
        raise refused("The provided portal configuration is inactive.", param="configuration")
    return configuration


def _flow(work: Work, given: Json, customer: Json, configuration: Json) -> Json:
    kind = given["type"]
    if kind not in FLOWS:
        raise not_built(f"the portal flow {kind}", param="flow_data[type]")
    if not configuration["features"][FLOWS[kind]]["enabled"]:
        raise refused(
            f"The flow {kind} needs the feature {FLOWS[kind]} in the portal configuration.", param="flow_data[type]"
        )
    return {
        "after_completion": _after(given.get("after_completion", {"type": "portal_homepage"})),
        "subscription_cancel": _subscription(work, given, customer) if kind == "subscription_cancel" else None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": kind,
    }


def _after(given: Json) -> Json:
    after = {"hosted_confirmation": None, "redirect": None, "type": given["type"]}
    if given["type"] == "redirect":
        if "redirect" not in given:
            raise invalid(
                "Missing required param: flow_data[after_completion][redirect].",
                param="flow_data[after_completion][redirect]",
                code="parameter_missing",
            )
        if not is_web_address(given["redirect"]["return_url"]):
            raise invalid(
                "Not a valid URL", param="flow_data[after_completion][redirect][return_url]", code="url_invalid"
            )
        after["redirect"] = given["redirect"]
    elif given["type"] == "hosted_confirmation":
        after["hosted_confirmation"] = {"custom_message": given.get("hosted_confirmation", {}).get("custom_message")}
    return after


def _subscription(work: Work, given: Json, customer: Json) -> Json:
    param = "flow_data[subscription_cancel][subscription]"
    if "subscription_cancel" not in given:
        raise invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")
    wish = given["subscription_cancel"]
    if "retention" in wish:
        raise not_built("coupons against a cancellation", param="flow_data[subscription_cancel][retention]")
    subscription = one(work, "subscription", wish["subscription"], param=param)
    if subscription["customer"] != customer["id"]:
        raise invalid(f"No such subscription: '{wish['subscription']}'", param=param, code="resource_missing")
    return {"retention": None, "subscription": subscription["id"]}
