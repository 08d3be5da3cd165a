"""What staff decide about payments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.card_testing.models import Switch


class SwitchForm(forms.ModelForm):
    class Meta:
        model = Switch
        fields = ("takes_gifts", "takes_orders", "challenge")
        labels = {
            "takes_gifts": _("Gifts can be given"),
            "takes_orders": _("Orders can be paid"),
            "challenge": _("Who gets a challenge before paying"),
        }
        help_texts = {
            "takes_gifts": _(
                "Without this tick the giving page says kindly how else to reach us. Payment pages that stand open are closed."
            ),
            "takes_orders": _("The same for the checkout. Baskets are kept."),
            "challenge": _("“When it is needed” is right on all days but the worst."),
        }
