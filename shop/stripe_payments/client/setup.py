"""What monthly gifts need at Stripe: one product, and what donors may do in Stripe's portal.

No id is stored here, so live and test never mix: the product has an id of our own choice, the configuration is found
by its metadata, each in the mode of the key. Source: docs.stripe.com/api/products, /api/customer_portal/configurations
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from shop.stripe_payments.client.connection import StripeRefused, api, stripe_errors
from shop.stripe_payments.client.once import make_once

MONTHLY_PRODUCT_ID = "monthly_gift"
_PORTAL_MARK = {"made_for": "monthly_gifts"}


@dataclass(frozen=True)
class PortalConfiguration:
    """What donors may do on Stripe's own pages. `content` is as `write_portal_configuration` takes it."""

    id: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Product:
    id: str
    name: str
    is_active: bool


def find_monthly_product() -> Product | None:
    """The product of every monthly gift, also when it was archived."""
    try:
        with stripe_errors():
            product = api().products.retrieve(MONTHLY_PRODUCT_ID)
    except StripeRefused as error:
        if error.code == "resource_missing":
            return None
        raise
    return Product(id=product.id, name=product.name, is_active=product.active)


def write_monthly_product(*, name: str) -> None:
    """Make the product, or give it this name and bring it out of the archive. Safe to repeat."""
    if find_monthly_product() is None:
        try:
            with stripe_errors():
                api().products.create({"id": MONTHLY_PRODUCT_ID, "name": name})
            return
        except StripeRefused as error:
            if error.code != "resource_already_exists":  # another run was a moment faster
                raise
    with stripe_errors():
        api().products.update(MONTHLY_PRODUCT_ID, {"name": name, "active": True})


def monthly_product_name() -> str:
    """What donors read on the hosted page, on invoices and in the portal."""
    return f"Monthly gift to {settings.ORGANIZATION['name']}"


def ensure_monthly_product() -> str:
    """The id of the product that every monthly gift's price names; made when it is missing. Always `monthly_gift`.

    One question to Stripe when it is there, so not for every visitor: use `MONTHLY_PRODUCT_ID` and call this when
    Stripe refuses the price with `resource_missing`. Safe to repeat, also at once.
    """
    product = find_monthly_product()
    if product is None or not product.is_active:
        write_monthly_product(name=monthly_product_name())
    return MONTHLY_PRODUCT_ID


def portal_configurations() -> list[PortalConfiguration]:
    """Those that `stripe_setup` made and that are in use, the newest first."""
    with stripe_errors():
        listed = api().billing_portal.configurations.list({"active": True, "limit": 100})
        return [_configuration(item) for item in listed.auto_paging_iter() if _is_ours(item)]


def portal_configuration_id() -> str | None:
    """For `configuration` of a portal session; None before `manage.py stripe_setup` was run.

    Without one Stripe shows the portal as the account's dashboard has it, or refuses when it has none.
    """
    return next((found.id for found in portal_configurations()), None)


def create_portal_configuration(content: dict[str, Any]) -> None:
    """Make a configuration of this content. See Note [Made once]."""

    def create(key: str) -> PortalConfiguration:
        params = {**content, "metadata": _PORTAL_MARK}
        with stripe_errors():
            return _configuration(api().billing_portal.configurations.create(params, {"idempotency_key": key}))

    make_once("portal", content, create=create, find=portal_configurations)


def write_portal_configuration(configuration_id: str, content: dict[str, Any]) -> None:
    """Give a configuration this content."""
    with stripe_errors():
        api().billing_portal.configurations.update(configuration_id, content)


def retire_portal_configuration(configuration_id: str) -> None:
    """Take a configuration out of use."""
    with stripe_errors():
        api().billing_portal.configurations.update(configuration_id, {"active": False})


def _is_ours(configuration: Any) -> bool:
    metadata = configuration.metadata.to_dict() if configuration.metadata else {}
    return _PORTAL_MARK.items() <= metadata.items()


def _configuration(item: Any) -> PortalConfiguration:
    return PortalConfiguration(id=item.id, content=item.to_dict())
