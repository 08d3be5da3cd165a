"""Checks of Stripe and of the account there."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from shop.stripe_payments import client, setup
from shop.stripe_payments.doctor.configuration import LINE_LENGTH, SEPARATOR
from shop.stripe_payments.doctor.findings import Finding, fine, note, problem

SLOW_SECONDS = 2
# Stripe's Date has whole seconds, and the network takes its time.
CLOCK_NOTE_SECONDS = 10
CLOCK_PROBLEM_SECONDS = client.SIGNATURE_TOLERANCE_SECONDS / 2
_SET_CLOCK = "Let a time service set this machine's clock, for example: timedatectl set-ntp true"


def check_answer(now: datetime) -> Iterator[Finding]:
    """Whether Stripe is reached, takes the key, and how long it needs."""
    try:
        greeting = client.greet()
    except client.StripeRefused as error:
        yield problem(
            f"Stripe refuses the key: {error}",
            mend="Copy STRIPE_SECRET_KEY again from Stripe's dashboard; it may have been rolled or lack permissions.",
        )
        return
    except client.StripeDidNotAnswer as error:
        yield problem(
            f"Stripe does not answer: {error}",
            mend="See status.stripe.com, and whether this machine may open connections to api.stripe.com, port 443.",
        )
        return
    said = f"Stripe answers in {greeting.seconds * 1000:.0f} ms."
    yield fine(said) if greeting.seconds < SLOW_SECONDS else note(said, mend="Pages that ask Stripe are slow for now.")


def check_clock(now: datetime) -> Iterator[Finding]:
    """Whether our clock is near Stripe's: signatures are refused that seem old, or from the future."""
    ahead = client.greet().clock_ahead_seconds
    said = f"This machine's clock is {abs(ahead):.0f} seconds {'ahead of' if ahead > 0 else 'behind'} Stripe's."
    if abs(ahead) > CLOCK_PROBLEM_SECONDS:
        tolerance = client.SIGNATURE_TOLERANCE_SECONDS
        yield problem(f"{said} From {tolerance} seconds on every webhook is refused.", mend=_SET_CLOCK)
    elif abs(ahead) > CLOCK_NOTE_SECONDS:
        yield note(said, mend=_SET_CLOCK)
    else:
        yield fine("This machine's clock agrees with Stripe's.")


def check_account(now: datetime) -> Iterator[Finding]:
    """What Stripe lets the account do, and what stands on card statements."""
    try:
        account = client.retrieve_account()
    except (client.StripeRefused, client.StripeDidNotAnswer):
        yield note(
            "What the account may do could not be read.", mend="A restricted key needs the right to read accounts."
        )
        return
    if not account.can_charge or not account.can_pay_out:
        what = "take payments" if not account.can_charge else "pay out to the bank"
        said = f"Stripe does not let the account {what} yet."
        mend = "Stripe's dashboard says on its first page what is still to be handed in."
        yield problem(said, mend=mend) if client.is_live() else note(said, mend=mend)
    else:
        yield fine("The account may take payments and pay out.")
    suffix = settings.STATEMENT_DESCRIPTOR_SUFFIX
    line = f"{account.statement_prefix}{SEPARATOR}{suffix}"
    if suffix and not account.statement_prefix:
        yield problem(
            "STATEMENT_DESCRIPTOR_SUFFIX is set, but the account has no shortened descriptor before it.",
            mend="Set one in Stripe's dashboard, Settings, Public details, or remove STATEMENT_DESCRIPTOR_SUFFIX.",
        )
    elif suffix and len(line) > LINE_LENGTH:
        yield problem(
            f"Card statements would read “{line}”: {len(line)} characters, at most {LINE_LENGTH} fit.",
            mend="Shorten STATEMENT_DESCRIPTOR_SUFFIX, or the shortened descriptor in Stripe's dashboard.",
        )


def check_product(now: datetime) -> Iterator[Finding]:
    """Whether monthly gifts have their product."""
    return _as_setup_sees_it(setup.plan_product(), "The product of monthly gifts is there.")


def check_portal(now: datetime) -> Iterator[Finding]:
    """Whether donors can change their card at Stripe."""
    return _as_setup_sees_it(setup.plan_portal(), "The customer portal is configured.")


def _as_setup_sees_it(steps: list[setup.Step], all_is_well: str) -> Iterator[Finding]:
    if not steps:
        yield fine(all_is_well)
    for step in steps:
        yield problem(f"There is something to do: {step.says}.", mend="Run stripe_setup.")
