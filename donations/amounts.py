"""Amounts that donors type or choose, and how they are shown."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from donations.models import Gift
from shop.money import UnreadableAmount, format_minor, parse_amount

_LONGEST = 20


def format_short(amount_minor: int) -> str:
    """`$50` for whole dollars, `$50.50` otherwise."""
    return format_minor(amount_minor).removesuffix(".00")


def offered_frequencies() -> list[Gift.Frequency]:
    """Those that have amounts in the settings."""
    return [frequency for frequency in Gift.Frequency if settings.GIVING_AMOUNTS_MINOR.get(frequency)]


def amount_choices(frequency: str, own: str = "") -> list[tuple[str, str]]:
    """For radios: cents, and how they are shown. `own` is one more, in cents; passed over where it cannot be given."""
    amounts = list(settings.GIVING_AMOUNTS_MINOR.get(frequency, []))
    if _can_be_given(own) and int(own) not in amounts:
        amounts = sorted([*amounts, int(own)])
    return [(str(amount), format_short(amount)) for amount in amounts]


def limits_in_words() -> str:
    """Stands beside the field in which an amount is typed."""
    return _("From %(least)s to %(most)s. It counts instead of the amounts above.") % {
        "least": format_short(settings.GIVING_LEAST_MINOR),
        "most": format_short(settings.GIVING_MOST_MINOR),
    }


def read_typed(typed: str) -> int:
    """Cents. Raises `ValidationError` with a sentence for the donor."""
    try:
        if len(typed) > _LONGEST:
            raise UnreadableAmount(typed)
        amount_minor = parse_amount(typed)
    except UnreadableAmount:
        raise ValidationError(_("We could not read this amount. Please type it like 50 or 50.00.")) from None
    if amount_minor < settings.GIVING_LEAST_MINOR:
        least = format_short(settings.GIVING_LEAST_MINOR)
        raise ValidationError(_("The smallest gift that this page can take is %(least)s.") % {"least": least})
    if amount_minor > settings.GIVING_MOST_MINOR:
        raise ValidationError(
            _("The largest gift that this page can take is %(most)s. For more, please write to %(email)s.")
            % {
                "most": format_short(settings.GIVING_MOST_MINOR),
                "email": settings.ORGANIZATION["contact_email"],
            }
        )
    return amount_minor


def _can_be_given(cents: str) -> bool:
    is_whole = len(cents) <= _LONGEST and cents.isascii() and cents.isdigit()
    return is_whole and settings.GIVING_LEAST_MINOR <= int(cents) <= settings.GIVING_MOST_MINOR
