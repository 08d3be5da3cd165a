"""What tests may do to subscriptions: turn or renew a saved card, keep an invoice from being finalized, end them all."""

from typing import Any

from tests.stripe_sandbox.billing import ending
from tests.stripe_sandbox.billing.subscription import ENDED
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources import payment_methods


def set_card_fate(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """The saved card `payment_method` is declined from now on with the decline code `decline`, or accepted when that is empty."""
    with program.work(origin=program.home) as work:
        payment_methods.set_fate(work, str(wish["payment_method"]), str(wish.get("decline", "")))
    return {}


def set_finalization(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Whether the drafts of `customer` can be finalized: `fails` true or false."""
    with program.work(origin=program.home) as work:
        hidden = work.tx.hidden(str(wish["customer"]))
        work.tx.save_hidden(str(wish["customer"]), {**hidden, "finalization_fails": bool(wish["fails"])})
    return {}


def renew_card(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """The bank gave the owner of the saved card `payment_method` a new one, good for four years more, and told Stripe."""
    with program.work(origin=program.home) as work:
        payment_methods.renew(work, str(wish["payment_method"]))
    return {}


def end_subscriptions(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    """Cancel every subscription that is on no test clock, so that the next test may let months pass without them."""
    with program.work(origin=program.home) as work:
        for subscription in work.tx.select("subscription", "json_extract(data, '$.test_clock') IS NULL"):
            if subscription["status"] not in ENDED:
                ending.cancel(work, subscription, reason="cancellation_requested")
    return {}


ACTIONS = {
    "card-fate": set_card_fate,
    "card-renewed": renew_card,
    "finalization": set_finalization,
    "end-subscriptions": end_subscriptions,
}
