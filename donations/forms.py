"""The one form of the giving page."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donations.models import Gift, Program
from shop.money import UnreadableAmount, format_minor, parse_amount

LONGEST_AMOUNT = 20


def format_short(amount_minor: int) -> str:
    """`$50` for whole dollars, `$50.50` otherwise."""
    return format_minor(amount_minor).removesuffix(".00")


class GiftForm(forms.Form):
    """An amount, a program, a mail address and a name. `amount_minor` and `program` are set once it is valid."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"), required=False, widget=forms.RadioSelect, initial=Gift.Frequency.ONCE
    )
    amount = forms.ChoiceField(label=gettext_lazy("Amount"), required=False, widget=forms.RadioSelect)
    other = forms.CharField(
        label=gettext_lazy("Other amount"),
        required=False,
        # A placeholder lets the style sheet see without a script whether something was typed.
        widget=forms.TextInput({"inputmode": "decimal", "placeholder": " "}),
    )
    program = forms.ChoiceField(label=gettext_lazy("Use my gift for"), required=False)
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("For your receipt. Nothing else."),
        error_messages={
            "required": gettext_lazy("Please type your mail address."),
            "invalid": gettext_lazy("Please type one mail address, such as alice@example.org."),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text=gettext_lazy("As it should stand on your receipt."),
        error_messages={"required": gettext_lazy("Please type your name.")},
    )

    amount_minor: int

    def __init__(self, *args: Any, programs: Sequence[Program], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programs = {program.slug: program for program in programs}
        amounts = settings.GIVING_AMOUNTS_MINOR[Gift.Frequency.ONCE]
        _set_choices(
            self.fields["frequency"],
            [
                (frequency.value, frequency.label)
                for frequency in Gift.Frequency
                if frequency in settings.GIVING_AMOUNTS_MINOR
            ],
        )
        _set_choices(self.fields["amount"], [(str(amount), format_short(amount)) for amount in amounts])
        _set_choices(self.fields["program"], [(slug, program.title) for slug, program in self.programs.items()])
        self.fields["other"].help_text = _("From %(least)s to %(most)s. It counts instead of the amounts above.") % {
            "least": format_short(settings.GIVING_LEAST_MINOR),
            "most": format_short(settings.GIVING_MOST_MINOR),
        }

    @property
    def offers_frequencies(self) -> bool:
        return len(settings.GIVING_AMOUNTS_MINOR) > 1

    @property
    def program_chosen(self) -> Program:
        """The designation; the first program when none was chosen."""
        return self.programs.get(self.cleaned_data["program"]) or next(iter(self.programs.values()))

    def clean_email(self) -> str:
        return _without_controls(self.data.get(self.add_prefix("email"), ""), self.cleaned_data["email"])

    def clean_name(self) -> str:
        name = _without_controls(self.data.get(self.add_prefix("name"), ""), self.cleaned_data["name"])
        return " ".join(name.split())

    def clean(self) -> dict[str, Any]:
        """What was typed counts before what was chosen, as the page says."""
        cleaned = super().clean() or self.cleaned_data
        if "other" not in cleaned or "amount" not in cleaned:
            return cleaned
        if cleaned["other"]:
            self._take_typed_amount(cleaned["other"])
        elif cleaned["amount"]:
            self.amount_minor = int(cleaned["amount"])
        else:
            self.add_error("amount", _("Please choose an amount, or type one below."))
        return cleaned

    def _take_typed_amount(self, typed: str) -> None:
        try:
            if len(typed) > LONGEST_AMOUNT:
                raise UnreadableAmount(typed)
            amount_minor = parse_amount(typed)
        except UnreadableAmount:
            self.add_error("other", _("We could not read this amount. Please type it like 50 or 50.00."))
            return
        if amount_minor < settings.GIVING_LEAST_MINOR:
            least = format_short(settings.GIVING_LEAST_MINOR)
            self.add_error("other", _("The smallest gift that this page can take is %(least)s.") % {"least": least})
        elif amount_minor > settings.GIVING_MOST_MINOR:
            most = format_short(settings.GIVING_MOST_MINOR)
            self.add_error(
                "other",
                _("The largest gift that this page can take is %(most)s. For more, please write to %(email)s.")
                % {"most": most, "email": settings.ORGANIZATION["contact_email"]},
            )
        else:
            self.amount_minor = amount_minor


def initial_from_link(query: Any, programs: Sequence[Program]) -> dict[str, str]:
    """What `/donate/?amount=75&program=slug` asks for. What cannot be understood is passed over."""
    initial = {"amount": str(settings.GIVING_SUGGESTED_MINOR)}
    amount_minor = _readable_amount(query.get("amount", ""))
    if amount_minor is not None:
        is_offered = amount_minor in settings.GIVING_AMOUNTS_MINOR[Gift.Frequency.ONCE]
        initial = (
            {"amount": str(amount_minor)} if is_offered else {"other": format_short(amount_minor).removeprefix("$")}
        )
    if query.get("program") in {program.slug for program in programs}:
        initial["program"] = query["program"]
    return initial


def _readable_amount(text: str) -> int | None:
    try:
        amount_minor = parse_amount(text) if len(text) <= LONGEST_AMOUNT else 0
    except UnreadableAmount:
        return None
    return amount_minor if settings.GIVING_LEAST_MINOR <= amount_minor <= settings.GIVING_MOST_MINOR else None


def _without_controls(typed: str, cleaned: str) -> str:
    """Refuse line breaks and other control characters, also where cleaning would have cut them off."""
    if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in typed.strip(" ") + cleaned):
        raise ValidationError(_("Line breaks cannot stand here. Please type it on one line."))
    return cleaned


def _set_choices(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- tells the type checker
    field.choices = choices
