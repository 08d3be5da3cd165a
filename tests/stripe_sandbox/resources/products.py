"""Products."""

from tests.stripe_sandbox.errors import not_built, refused
from tests.stripe_sandbox.resources.events import emit
from tests.stripe_sandbox.resources.lists import Filter, list_page, one, same
from tests.stripe_sandbox.resources.metadata import merged
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work, new_id

_KEPT = (
    "active",
    "description",
    "images",
    "marketing_features",
    "name",
    "shippable",
    "statement_descriptor",
    "unit_label",
    "url",
)


def new(work: Work, data: Json, *, is_active: bool = True) -> Json:
    """A product, stored without an event."""
    for name in data.keys() - {*_KEPT, "id", "metadata", "expand", "tax_code", "type"}:
        raise not_built(f"{name} of a product", param=name)
    id = data.get("id") or new_id("prod", 14)
    if work.tx.find(id):
        raise refused(f"Product already exists: {id}", code="resource_already_exists", param="id")
    return work.tx.insert(
        {
            "id": id,
            "object": "product",
            "active": is_active,
            "created": work.now,
            "default_price": None,
            "description": None,
            "images": [],
            "livemode": False,
            "marketing_features": [],
            "metadata": merged({}, data.get("metadata")),
            "package_dimensions": None,
            "shippable": None,
            "statement_descriptor": None,
            "tax_code": data.get("tax_code"),
            "type": data.get("type", "service"),
            "unit_label": None,
            "updated": work.now,
            "url": None,
            **{name: data[name] for name in _KEPT if name in data},
        }
    )


def create(work: Work, params: Json) -> Json:
    product = new(work, params)
    emit(work, "product.created", product)
    return product


def retrieve(work: Work, params: Json, id: str) -> Json:
    return one(work, "product", id)


def update(work: Work, params: Json, id: str) -> Json:
    item = one(work, "product", id)
    for name in params.keys() - {*_KEPT, "metadata", "expand", "default_price"}:
        raise not_built(f"changing {name} of a product", param=name)
    before = dict(item)
    item |= {name: params[name] for name in (*_KEPT, "default_price") if name in params}
    item["metadata"] = merged(item["metadata"], params.get("metadata"))
    item["updated"] = work.now
    emit(work, "product.updated", work.tx.save(item), before=before)
    return item


def list_(work: Work, params: Json) -> Json:
    filters = same(params, "active", "shippable", "url")
    if "ids" in params:
        filters.append(Filter(f"id IN ({', '.join('?' * len(params['ids']))})", *params["ids"]))
    return list_page(work, "product", "/v1/products", params, filters=filters)
