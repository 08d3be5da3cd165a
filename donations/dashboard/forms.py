"""Forms of the gift pages in the dashboard."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from donations.models import Gift, Program, Wording


class GiftSearchForm(forms.Form):
    """Narrow the list of gifts. Every field may be left empty."""

    text = forms.CharField(label=_("Name, mail or number"), max_length=200, required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Any")), *Gift.Status.choices])
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
        for name in ("status", "program"):
            if asked[name]:
                gifts = gifts.filter(**{name: asked[name]})
        return gifts


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
