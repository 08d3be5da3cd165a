"""What a donor does on Stripe's own pages: another card. Source: docs.stripe.com/api/customer_portal/sessions"""

from typing import Any

from shop.stripe_payments.client.connection import api, id_of, stripe_errors
from shop.stripe_payments.client.setup import portal_configuration_id


def open_card_page(*, customer_id: str, return_url: str) -> str:
    """The address of a short-lived page on which the customer changes the card; it leads back when that is done."""
    configuration = portal_configuration_id()
    params: dict[str, Any] = {
        "customer": customer_id,
        "return_url": return_url,
        "flow_data": {
            "type": "payment_method_update",
            "after_completion": {"type": "redirect", "redirect": {"return_url": return_url}},
        },
    }
    if configuration is not None:
        params["configuration"] = configuration
    with stripe_errors():
        return str(api().billing_portal.sessions.create(params).url)


def customer_of_method(method_id: str) -> tuple[str | None, str]:
    """Whose card it is, None for nobody's any more, and until when it is good: `2031-05`, empty for other methods."""
    with stripe_errors():
        method = api().payment_methods.retrieve(method_id)
    card: Any = getattr(method, "card", None)
    return id_of(method.customer), f"{card.exp_year}-{card.exp_month:02}" if card is not None else ""
