"""Forms of the gift pages in the dashboard."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from donations import consent
from donations.models import Gift, MonthlyGift, Program, Wording
from shop.stripe_payments.models import Subscription


class GiftSearchForm(forms.Form):
    """Narrow the list of gifts. Every field may be left empty."""

    text = forms.CharField(label=_("Name, mail or number"), max_length=200, required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Any")), *Gift.Status.choices])
    frequency = forms.ChoiceField(
        label=_("Frequency"), required=False, choices=[("", _("Any")), *Gift.Frequency.choices]
    )
    program = forms.ModelChoiceField(
        label=_("Program"), required=False, queryset=Program.objects.order_by("position"), to_field_name="slug"
    )
    date_from = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    date_to = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))

    def narrow(self, gifts: QuerySet[Gift]) -> QuerySet[Gift]:
        """What the form asks for; everything while something in it cannot be read."""
        if not self.is_valid():
            return gifts
        asked: dict[str, Any] = self.cleaned_data
        if text := asked["text"]:
            gifts = gifts.filter(
                Q(donor__email__icontains=text)
                | Q(donor_name__icontains=text)
                | Q(reference__iexact=text)
                | Q(reference__iexact=f"G-{text}")
            )
        # A gift that was received counts on its gift date, any other on the day it was started.
        if asked["date_from"]:
            since = asked["date_from"]
            gifts = gifts.filter(Q(gift_date__gte=since) | Q(gift_date=None, started_at__date__gte=since))
        if asked["date_to"]:
            until = asked["date_to"]
            gifts = gifts.filter(Q(gift_date__lte=until) | Q(gift_date=None, started_at__date__lte=until))
        for name in ("status", "frequency", "program"):
            if asked[name]:
                gifts = gifts.filter(**{name: asked[name]})
        return gifts


class MonthlySearchForm(forms.Form):
    """Narrow the list of monthly gifts. Every field may be left empty."""

    text = forms.CharField(label=_("Name, mail or number"), max_length=200, required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("Any")),
            *((status.value, status.label) for status in (*Subscription.RUNNING, Subscription.Status.CANCELED)),
        ],
    )

    def narrow(self, monthly_gifts: QuerySet[MonthlyGift]) -> QuerySet[MonthlyGift]:
        """What the form asks for; everything while something in it cannot be read."""
        if not self.is_valid():
            return monthly_gifts
        if text := self.cleaned_data["text"]:
            monthly_gifts = monthly_gifts.filter(
                Q(donor__email__icontains=text)
                | Q(donor_name__icontains=text)
                | Q(reference__iexact=text)
                | Q(reference__iexact=f"M-{text}")
            )
        if status := self.cleaned_data["status"]:
            monthly_gifts = monthly_gifts.filter(subscription__status=status)
        return monthly_gifts


class ProgramForm(forms.ModelForm):
    """A program that gifts can be designated to. Its place 0 is the first, where undesignated gifts go."""

    class Meta:
        model = Program
        fields = ("title", "slug", "summary", "position", "is_offered")


class WordingForm(forms.ModelForm):
    """A text of the giving pages or receipts."""

    class Meta:
        model = Wording
        fields = ("text",)

    def clean_text(self) -> str:
        """The law asks for what is filled in beside the box of a monthly gift; a mark that is misspelled would stay."""
        text: str = self.cleaned_data["text"]
        if self.instance.key != Wording.Key.MONTHLY_CONSENT:
            return text
        missing = [mark for mark in consent.NEEDED if mark not in text]
        if missing:
            raise ValidationError(_("Please keep these marks, they are filled in: %s") % ", ".join(missing))
        unknown = set(re.findall(r"\{[^}]*\}?", text)) - set(consent.NEEDED)
        if unknown:
            raise ValidationError(_("Nothing can be filled in here: %s") % ", ".join(sorted(unknown)))
        return text
