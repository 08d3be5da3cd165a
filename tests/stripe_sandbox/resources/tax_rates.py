"""Tax rates, and what they make of a line. Source: https://docs.stripe.com/api/tax_rates, https://docs.stripe.com/tax/tax-rates"""

from decimal import ROUND_HALF_UP, Decimal

from tests.stripe_sandbox.errors import invalid
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

_CHANGEABLE = ("active", "country", "description", "display_name", "jurisdiction", "state", "tax_type")
MOST_PER_LINE = 5


def create(work: Work, params: Json) -> Json:
    percentage = params["percentage"]
    if not 0 <= percentage <= 100:
        raise invalid("Invalid decimal; must be between 0 and 100", param="percentage")
    rate: Json = {
        "id": new_id("txr"),
        "object": "tax_rate",
        "active": params.get("active", True),
        "country": params.get("country"),
        "created": work.now,
        "description": params.get("description"),
        "display_name": params["display_name"],
        "effective_percentage": percentage,
        "flat_amount": None,
        "inclusive": params["inclusive"],
        "jurisdiction": params.get("jurisdiction"),
        "jurisdiction_level": None,
        "livemode": False,
        "metadata": merged({}, params.get("metadata")),
        "percentage": percentage,
        "rate_type": "percentage",
        "state": params.get("state"),
        "tax_type": params.get("tax_type"),
    }
    emit(work, "tax_rate.created", work.tx.insert(rate))
    return rate


def retrieve(work: Work, params: Json, tax_rate: str) -> Json:
    return one(work, "tax_rate", tax_rate, param="tax_rate")


def update(work: Work, params: Json, tax_rate: str) -> Json:
    item = one(work, "tax_rate", tax_rate, param="tax_rate")
    before = dict(item)
    item |= {name: params[name] for name in _CHANGEABLE if name in params}
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    emit(work, "tax_rate.updated", work.tx.save(item), before=before)
    return item


def list_(work: Work, params: Json) -> Json:
    return list_page(work, "tax_rate", "/v1/tax_rates", params, filters=same(params, "active", "inclusive"))


def taxes_on(work: Work, amount: int, rate_ids: list[str], *, path: str) -> list[Json]:
    """What each rate takes of `amount`, or contains in it. Raises StripeError for an unknown or inactive rate."""
    if len(rate_ids) > MOST_PER_LINE:
        raise invalid(f"A line item may have at most {MOST_PER_LINE} tax rates.", param=path)
    rates = [one(work, "tax_rate", id, param=path) for id in rate_ids]
    if any(not rate["active"] for rate in rates):
        raise invalid("The tax rate is inactive.", param=path)
    contained = sum((Decimal(str(rate["percentage"])) for rate in rates if rate["inclusive"]), Decimal(0))
    net = Decimal(amount) / (1 + contained / 100)
    return [{"amount": _rounded(net * Decimal(str(rate["percentage"])) / 100), "rate": rate} for rate in rates]


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
