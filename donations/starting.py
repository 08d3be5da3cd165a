"""From the wish to give to Stripe's page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower

from donations.models import Donor, Gift, MonthlyGift, Program, random_gift_reference, random_monthly_reference
from donations.queries import payment_of
from shop.money import CURRENCY
from shop.stripe_payments import hosted_page, ledger
from shop.stripe_payments.hosted_page import StripeDidNotAnswer, StripeRefused
from shop.stripe_payments.models import Payment

__all__ = ["StartedGift", "StripeDidNotAnswer", "StripeRefused", "ask_stripe", "start_gift", "start_monthly_gift"]

Frequency = Gift.Frequency

# Two like requests so close together are one double click, even when no cookie joins them.
DOUBLE_CLICK = timedelta(minutes=2)


@dataclass(frozen=True)
class StartedGift:
    """A gift that is recorded and the payment that was opened for it."""

    gift: Gift
    payment: Payment


@dataclass(frozen=True)
class _Wish:
    donor: Donor
    donor_name: str
    amount_minor: int
    program: Program

    @property
    def fields(self) -> dict[str, Any]:
        return {**vars(self), "currency": CURRENCY}


@transaction.atomic
def start_gift(
    *,
    email: str,
    name: str,
    amount_minor: int,
    program: Program,
    begun_here: Collection[str] = (),
    now: datetime,
) -> StartedGift:
    """Record a gift and open its payment; nothing is asked of Stripe yet.

    The same wish again (same donor, name, amount and program) within two minutes, or from the browser that began
    the gifts `begun_here`, gives the same gift and payment, as long as that can still be paid. The donor's row is
    locked, so this holds for requests at the same moment too.
    """
    wish = _Wish(_locked_donor(email=email, name=name), name, amount_minor, program)
    begun = _begun_already(wish, Frequency.ONCE, begun_here=begun_here, now=now)
    if begun is not None:
        return begun
    gift = Gift.objects.create(**wish.fields, started_at=now)
    payment = ledger.open_payment(lines=[_line(gift.reference, wish)], expires_at=_end_of_page(now), now=now)
    return StartedGift(gift, payment)


@transaction.atomic
def start_monthly_gift(
    *,
    email: str,
    name: str,
    amount_minor: int,
    program: Program,
    consent_text: str,
    begun_here: Collection[str] = (),
    now: datetime,
) -> StartedGift:
    """Record a promise to give every month, its first gift, and open that one's payment.

    `consent_text` is what the donor agreed to, word for word. The same wish again: as for `start_gift`.
    """
    wish = _Wish(_locked_donor(email=email, name=name), name, amount_minor, program)
    begun = _begun_already(wish, Frequency.MONTHLY, begun_here=begun_here, now=now)
    if begun is not None:
        return begun
    reference, promised = random_gift_reference(), random_monthly_reference()
    payment = ledger.open_payment(
        lines=[_line(reference, wish)],
        expires_at=_end_of_page(now),
        now=now,
        promise=ledger.NewPromise(purpose="monthly_gift", reference=promised),
    )
    assert payment.subscription is not None  # noqa: S101 -- tells the type checker
    monthly = MonthlyGift.objects.create(
        reference=promised,
        subscription=payment.subscription,
        donor=wish.donor,
        donor_name=name,
        program=program,
        consent_text=consent_text,
        consented_at=now,
    )
    gift = Gift.objects.create(
        **wish.fields, reference=reference, frequency=Frequency.MONTHLY, monthly_gift=monthly, started_at=now
    )
    return StartedGift(gift, payment)


def ask_stripe(started: StartedGift, *, item_name: str, site_url: str, cancel_path: str) -> str:
    """The address of Stripe's page for a started gift. Raises `StripeDidNotAnswer` or `StripeRefused`.

    `site_url` is the address under which the donor's browser knows this site: only there it shows who it is when it
    comes back. Not inside a transaction. Safe to repeat: the page is made once.
    """
    gift = started.gift
    return hosted_page.request(
        started.payment,
        items=[hosted_page.Item(name=item_name, amount_minor=gift.amount_minor, quantity=1)],
        is_donation=True,
        email=gift.donor.email,
        success_url=site_url + gift.get_absolute_url(),
        cancel_url=site_url + cancel_path,
    )


def _locked_donor(*, email: str, name: str) -> Donor:
    """One row for an address however it is capitalized. The first of two at once makes it, the other waits.

    It is looked for as the database keeps it unique: by LOWER, not by the UPPER of `iexact`.
    """
    same = Donor.objects.select_for_update().alias(lowered=Lower("email")).filter(lowered=Lower(Value(email)))
    found = same.first()
    if found is not None:
        return found
    Donor.objects.bulk_create([Donor(email=email, name=name)], ignore_conflicts=True)
    return same.get()


def _begun_already(wish: _Wish, frequency: str, *, begun_here: Collection[str], now: datetime) -> StartedGift | None:
    same_wish = Q(started_at__gte=now - DOUBLE_CLICK) | Q(reference__in=begun_here)
    like_this = Gift.objects.filter(same_wish, **wish.fields, frequency=frequency, status=Gift.Status.STARTED)
    gift = like_this.select_related("donor").order_by("-started_at").first()
    if gift is None:
        return None
    payment = payment_of(gift)
    return StartedGift(gift, payment) if hosted_page.can_still_be_paid(payment, now=now) else None


def _line(reference: str, wish: _Wish) -> ledger.NewLine:
    return ledger.NewLine(purpose="gift", reference=reference, amount_minor=wish.amount_minor)


def _end_of_page(now: datetime) -> datetime:
    return now + hosted_page.TIME_TO_PAY
