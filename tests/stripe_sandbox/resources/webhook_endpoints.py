"""Webhook endpoints. Source: https://docs.stripe.com/api/webhook_endpoints"""

from typing import Any

from tests.stripe_sandbox.errors import invalid, not_built
from tests.stripe_sandbox.resources.addresses import is_web_address
from tests.stripe_sandbox.resources.lists import list_page, one
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import API_VERSION, Work, new_id, random_text

COMMAND_LINE_ENDPOINT = "we_commandline"


def create(work: Work, params: Json) -> Json:
    """The only answer that carries the signing secret."""
    if "connect" in params:
        raise not_built("connect of a webhook endpoint", param="connect")
    if params.get("api_version", API_VERSION) != API_VERSION:
        raise not_built(f"webhooks at any API version but {API_VERSION}", param="api_version")
    secret = f"whsec_{random_text(32)}"
    endpoint = _new(new_id("we"), params, created=work.now)
    work.tx.insert(endpoint, hidden={"secret": secret})
    return {**endpoint, "secret": secret}


def register_from_command_line(work: Work, *, url: str, secret: str) -> None:
    """Keep exactly the endpoint that the program was started with; an empty `url` removes it."""
    work.tx.delete(COMMAND_LINE_ENDPOINT)
    if url:
        endpoint = _new(
            COMMAND_LINE_ENDPOINT,
            {"url": url, "enabled_events": ["*"], "description": "Given on the command line"},
            created=work.now,
        )
        work.tx.insert(endpoint, hidden={"secret": secret})


def retrieve(work: Work, params: Json, webhook_endpoint: str) -> Json:
    return one(work, "webhook_endpoint", webhook_endpoint)


def update(work: Work, params: Json, webhook_endpoint: str) -> Json:
    item = one(work, "webhook_endpoint", webhook_endpoint)
    if "url" in params:
        item["url"] = _check_url(params["url"])
    if "enabled_events" in params:
        item["enabled_events"] = params["enabled_events"]
    if "description" in params:
        item["description"] = params["description"] or None
    if "disabled" in params:
        item["status"] = "disabled" if params["disabled"] else "enabled"
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    return work.tx.save(item)


def delete(work: Work, params: Json, webhook_endpoint: str) -> Json:
    one(work, "webhook_endpoint", webhook_endpoint)
    work.tx.delete(webhook_endpoint)
    work.tx.execute(
        "UPDATE deliveries SET state = 'given_up' WHERE endpoint_id = ? AND state = 'pending'", (webhook_endpoint,)
    )
    return {"id": webhook_endpoint, "object": "webhook_endpoint", "deleted": True}


def list_(work: Work, params: Json) -> Json:
    return list_page(work, "webhook_endpoint", "/v1/webhook_endpoints", params)


def _new(id: str, params: Json, *, created: int) -> Json:
    endpoint: dict[str, Any] = {
        "id": id,
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": created,
        "description": params.get("description") or None,
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": merged({}, params.get("metadata")),
        "status": "enabled",
        "url": _check_url(params["url"]),
    }
    return endpoint


def _check_url(url: str) -> str:
    if not is_web_address(url):
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", param="url", code="url_invalid"
        )
    return url
