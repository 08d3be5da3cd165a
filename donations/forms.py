"""The one form of the giving page."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donations.amounts import amount_choices, limits_in_words, offered_frequencies, read_typed
from donations.consent import AMOUNT
from donations.links import AMOUNT_FIELDS
from donations.models import Gift, Program
from shop.mail_addresses import MailAddressField


class GiftForm(forms.Form):
    """How often, an amount, a program, a mail address and a name; for a monthly gift a box that must be ticked.

    `amount_minor` is set once it is valid.
    """

    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"), required=False, widget=forms.RadioSelect, initial=Gift.Frequency.ONCE
    )
    amount = forms.ChoiceField(label=gettext_lazy("Amount"), required=False, widget=forms.RadioSelect)
    monthly_amount = forms.ChoiceField(
        label=gettext_lazy("Amount of each month"), required=False, widget=forms.RadioSelect
    )
    other = forms.CharField(
        label=gettext_lazy("Other amount"),
        required=False,
        # A placeholder lets the style sheet see without a script whether something was typed.
        widget=forms.TextInput({"inputmode": "decimal", "placeholder": " "}),
    )
    program = forms.ChoiceField(label=gettext_lazy("Use my gift for"), required=False)
    email = MailAddressField(
        label=gettext_lazy("Email"),
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
    consent = forms.BooleanField(label=gettext_lazy("Monthly gift"), required=False)

    amount_minor: int
    consent_parts: list[list[str]]

    def __init__(self, *args: Any, programs: Sequence[Program], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programs = {program.slug: program for program in programs}
        offered = offered_frequencies()
        _set_choices(self.fields["frequency"], [(frequency.value, frequency.label) for frequency in offered])
        self.fields["frequency"].initial = offered[0]
        for frequency, name in AMOUNT_FIELDS.items():
            # A link may have asked for an amount that is not offered: it is one more choice, also when it is sent.
            asked = (self.data if self.is_bound else self.initial).get(name, "")
            _set_choices(self.fields[name], amount_choices(frequency, own=asked))
        _set_choices(self.fields["program"], [(slug, program.title) for slug, program in self.programs.items()])
        self.fields["other"].help_text = limits_in_words()

    def put_consent(self, paragraphs: Sequence[str]) -> None:
        """What stands beside the box, with a mark for the amount: see `donations.consent`."""
        self.consent_parts = [paragraph.split(AMOUNT) for paragraph in paragraphs]
        # Not shown: a help text lets Django name the paragraphs below the box in its aria-describedby.
        self.fields["consent"].help_text = " ".join(paragraphs[1:])

    @property
    def offers_frequencies(self) -> bool:
        return len(offered_frequencies()) > 1

    @property
    def offers_once(self) -> bool:
        return Gift.Frequency.ONCE in offered_frequencies()

    @property
    def offers_monthly(self) -> bool:
        return Gift.Frequency.MONTHLY in offered_frequencies()

    @property
    def is_monthly(self) -> bool:
        """Once it is valid. A form that says nothing of it asks for what is offered first."""
        return (self.cleaned_data.get("frequency") or offered_frequencies()[0]) == Gift.Frequency.MONTHLY

    @property
    def program_chosen(self) -> Program:
        """The designation; the first program when none was chosen."""
        return self.programs.get(self.cleaned_data["program"]) or next(iter(self.programs.values()))

    @property
    def as_typed(self) -> dict[str, str]:
        """What a valid form holds, to show it again later. A box is ticked anew: what it says may change."""
        return {name: str(self.cleaned_data[name]) for name in self.fields if name != "consent"}

    def clean_email(self) -> str:
        return _without_controls(self.data.get(self.add_prefix("email"), ""), self.cleaned_data["email"])

    def clean_name(self) -> str:
        name = _without_controls(self.data.get(self.add_prefix("name"), ""), self.cleaned_data["name"])
        return " ".join(name.split())

    def clean(self) -> dict[str, Any]:
        """What was typed counts before what was chosen, as the page says."""
        cleaned = super().clean() or self.cleaned_data
        if "frequency" not in cleaned:
            return cleaned
        chosen = AMOUNT_FIELDS[Gift.Frequency.MONTHLY if self.is_monthly else Gift.Frequency.ONCE]
        if "other" in cleaned and chosen in cleaned:
            self._take_amount(cleaned["other"], cleaned[chosen], chosen)
        if self.is_monthly and not cleaned["consent"]:
            self.add_error("consent", _("Please tick the box if you want to give every month."))
        return cleaned

    def _take_amount(self, typed: str, chosen: str, chosen_in: str) -> None:
        if typed:
            try:
                self.amount_minor = read_typed(typed)
            except ValidationError as error:
                self.add_error("other", error)
        elif chosen:
            self.amount_minor = int(chosen)
        else:
            self.add_error(chosen_in, _("Please choose an amount, or type one below."))


def _without_controls(typed: str, cleaned: str) -> str:
    """Refuse line breaks and other control characters, also where cleaning would have cut them off."""
    if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in typed.strip(" ") + cleaned):
        raise ValidationError(_("Line breaks cannot stand here. Please type it on one line."))
    return cleaned


def _set_choices(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- tells the type checker
    field.choices = choices
