"""What is known of gifts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from donations.models import Donor, Gift, MonthlyGift
from shop.stripe_payments import client
from shop.stripe_payments.models import Payment, PaymentLine, Subscription
from shop.stripe_payments.queries import counted_lines, sum_up


@dataclass(frozen=True)
class Total:
    """So many gifts of so much in one currency. Currencies never add."""

    currency: str
    gifts: int
    net_minor: int


def counted_gifts() -> QuerySet[Gift]:
    """Gifts that count as money given: received, and neither disputed, charged back nor refunded in full."""
    return Gift.objects.filter(status=Gift.Status.RECEIVED)


def counted_money(gifts: QuerySet[Gift] | None = None) -> list[Total]:
    """What stays given of `gifts` (default: all), one total for each currency. See `shop.stripe_payments.queries`."""
    counted = counted_gifts() if gifts is None else gifts.filter(status=Gift.Status.RECEIVED)
    lines = counted_lines(purpose="gift").filter(reference__in=counted.order_by().values("reference"))
    return [Total(currency=total.currency, gifts=total.lines, net_minor=total.counted_minor) for total in sum_up(lines)]


def with_mode(gifts: QuerySet[Gift]) -> QuerySet[Gift]:
    """The same gifts, each with `is_live`: whether it was given, or is being given, with a live key."""
    live = PaymentLine.objects.filter(purpose="gift", reference=OuterRef("reference"), payment__is_live=True)
    return gifts.annotate(is_live=Exists(live))


def payments_of(gift: Gift) -> QuerySet[Payment]:
    """Every payment that was asked for the gift, the newest first, each with its history."""
    asked_for = Payment.objects.filter(lines__purpose="gift", lines__reference=gift.reference)
    return asked_for.prefetch_related("changes").order_by("-id")


def payment_of(gift: Gift) -> Payment:
    """The newest payment that was asked for the gift."""
    return Payment.objects.filter(lines__purpose="gift", lines__reference=gift.reference).latest("id")


def gifts_of(donor: Donor) -> QuerySet[Gift]:
    """What the donor gave or is giving, the newest first; of one mode, live or test, that of the site's own key."""
    asked_for = PaymentLine.objects.filter(purpose="gift", payment__is_live=client.is_live())
    gifts = donor.gifts.exclude(status__in=(Gift.Status.STARTED, Gift.Status.ABANDONED))
    return gifts.filter(reference__in=asked_for.values("reference")).order_by("-started_at", "-id")


def monthly_gifts_of(donor: Donor) -> QuerySet[MonthlyGift]:
    """What the donor gives every month, or gave, the newest first; of the same mode. None that was never agreed to."""
    never_agreed = (Subscription.Status.STARTED, Subscription.Status.EXPIRED)
    agreed = donor.monthly_gifts.exclude(subscription__status__in=never_agreed)
    return agreed.filter(subscription__is_live=client.is_live()).order_by("-consented_at", "-id")


@dataclass(frozen=True)
class GiftFacts:
    """Whose a gift is and what it is for, as staff outside of the giving pages see it."""

    reference: str
    donor_name: str
    email: str
    program: str
    frequency: str


def references_of_gifts_like(text: str) -> QuerySet[Gift, str]:
    """References of the gifts in whose number, name or mail address every word of the text is found."""
    gifts = Gift.objects.order_by()
    for word in text.split():
        gifts = gifts.filter(
            Q(reference__icontains=word) | Q(donor_name__icontains=word) | Q(donor__email__icontains=word)
        )
    return gifts.values_list("reference", flat=True)


def describe_gifts(references: Iterable[str]) -> dict[str, GiftFacts]:
    """Reference -> facts, in one query."""
    gifts = Gift.objects.filter(reference__in=list(references)).select_related("donor", "program")
    return {
        gift.reference: GiftFacts(
            reference=gift.reference,
            donor_name=gift.donor_name,
            email=gift.donor.email,
            program=gift.program.title,
            frequency=gift.get_frequency_display(),
        )
        for gift in gifts
    }
