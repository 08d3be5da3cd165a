"""The forms of "My giving"."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donations.amounts import amount_choices, limits_in_words, read_typed
from donations.models import Gift, MonthlyGift
from shop.mail_addresses import MailAddressField

PAUSES = (
    ("1", gettext_lazy("1 month")),
    ("2", gettext_lazy("2 months")),
    ("3", gettext_lazy("3 months")),
    ("6", gettext_lazy("6 months")),
)


class AskForm(forms.Form):
    """Whom to mail the link."""

    email = MailAddressField(
        label=gettext_lazy("Email"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("The address that your receipts come to."),
        error_messages={
            "required": gettext_lazy("Please type your mail address."),
            "invalid": gettext_lazy("Please type one mail address, such as alice@example.org."),
        },
    )


class AmountForm(forms.Form):
    """What to give each month from the next one on. `amount_minor` is set once it is valid."""

    amount = forms.ChoiceField(label=gettext_lazy("Amount of each month"), required=False, widget=forms.RadioSelect)
    other = forms.CharField(
        label=gettext_lazy("Other amount"),
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "placeholder": " "}),
    )

    amount_minor: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].choices = amount_choices(Gift.Frequency.MONTHLY)  # type: ignore[attr-defined]
        self.fields["other"].help_text = limits_in_words()

    def clean(self) -> dict[str, Any]:
        """What was typed counts before what was chosen, as on the giving page."""
        cleaned = super().clean() or self.cleaned_data
        if "other" not in cleaned or "amount" not in cleaned:
            return cleaned
        if cleaned["other"]:
            try:
                self.amount_minor = read_typed(cleaned["other"])
            except ValidationError as error:
                self.add_error("other", error)
        elif cleaned["amount"]:
            self.amount_minor = int(cleaned["amount"])
        else:
            self.add_error("amount", _("Please choose an amount, or type one below."))
        return cleaned


class PauseForm(forms.Form):
    """How many months to leave out."""

    months = forms.TypedChoiceField(
        label=gettext_lazy("Pause for"),
        choices=PAUSES,
        coerce=int,
        initial="1",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose how long.")},
    )


class CancelForm(forms.Form):
    """Why, if the donor wants to say. Nothing here is needed to cancel."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you stop?"),
        required=False,
        choices=[("", gettext_lazy("I would rather not say")), *MonthlyGift.Reason.choices],
    )
    comment = forms.CharField(
        label=gettext_lazy("Anything you want to tell us"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )
