"""Where Stripe's own dashboard shows an object."""

STRIPE_DASHBOARD = "https://dashboard.stripe.com/"
# Prefix of an id -> its place there.
_PLACES = {
    "pi": "payments",
    "ch": "payments",
    "py": "payments",
    "dp": "disputes",
    "du": "disputes",
    "po": "payouts",
    "evt": "events",
    "in": "invoices",
    "sub": "subscriptions",
    "cus": "customers",
}


def stripe_url(stripe_id: str | None, *, is_live: bool) -> str:
    """Empty for what has no page of its own. Test objects are shown apart from live ones."""
    prefix, mark, _rest = (stripe_id or "").partition("_")
    if not mark or prefix not in _PLACES:
        return ""
    return f"{STRIPE_DASHBOARD}{'' if is_live else 'test/'}{_PLACES[prefix]}/{stripe_id}"
