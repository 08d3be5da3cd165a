"""The sales tax that staff collect, state by state. None is given: rates are the staff's to know and to set."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import CreateView, ListView, UpdateView
from oscar.core.loading import get_model

from shop.checkout.us_states import STATES

SalesTaxRate = get_model("partner", "SalesTaxRate")


class SalesTaxForm(forms.ModelForm):
    """A new rate is collected unless the tick is taken away: nobody adds a state in order to collect nothing."""

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[("", "---------"), *STATES.items()])
    is_active = forms.BooleanField(
        label=gettext_lazy("Collect this tax"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Without the tick the rate is kept, and nothing is collected."),
    )

    class Meta:
        model = SalesTaxRate
        fields = ("state", "percent", "taxes_shipping", "is_active")


class SalesTaxListView(ListView):
    queryset = SalesTaxRate.objects.order_by("state")
    template_name = "oscar/dashboard/catalogue/sales_tax_list.html"
    context_object_name = "rates"


class SalesTaxCreateView(CreateView):
    model = SalesTaxRate
    form_class = SalesTaxForm
    template_name = "oscar/dashboard/catalogue/sales_tax_form.html"

    def form_valid(self, form: forms.BaseModelForm) -> HttpResponse:
        return _save(self.request, form)


class SalesTaxUpdateView(UpdateView):
    model = SalesTaxRate
    form_class = SalesTaxForm
    template_name = "oscar/dashboard/catalogue/sales_tax_form.html"

    def form_valid(self, form: forms.BaseModelForm) -> HttpResponse:
        return _save(self.request, form)


def _save(request: HttpRequest, form: forms.BaseModelForm) -> HttpResponse:
    """Keep the rate, and say whether it is collected now."""
    rate = form.save()
    state = {"state": STATES[rate.state]}
    if rate.is_active:
        messages.success(request, _("Saved. Sales tax is now collected for %(state)s.") % state)
    else:
        messages.warning(request, _("Saved, but switched off: no sales tax is collected for %(state)s.") % state)
    return redirect("dashboard:sales-tax-list")
