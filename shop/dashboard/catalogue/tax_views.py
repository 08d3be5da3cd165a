"""The sales tax that staff collect, state by state. None is given: rates are the staff's to know and to set."""

from django import forms
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy
from django.views.generic import CreateView, ListView, UpdateView
from oscar.core.loading import get_model

from shop.checkout.us_states import STATES

SalesTaxRate = get_model("partner", "SalesTaxRate")


class SalesTaxForm(forms.ModelForm):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[("", "---------"), *STATES.items()])

    class Meta:
        model = SalesTaxRate
        fields = ("state", "percent", "taxes_shipping", "is_active")


class SalesTaxListView(ListView):
    queryset = SalesTaxRate.objects.order_by("state")
    template_name = "oscar/dashboard/catalogue/sales_tax_list.html"
    context_object_name = "rates"


class SalesTaxCreateView(SuccessMessageMixin, CreateView):
    model = SalesTaxRate
    form_class = SalesTaxForm
    template_name = "oscar/dashboard/catalogue/sales_tax_form.html"
    success_url = reverse_lazy("dashboard:sales-tax-list")
    success_message = gettext_lazy("The rate is saved.")


class SalesTaxUpdateView(SuccessMessageMixin, UpdateView):
    model = SalesTaxRate
    form_class = SalesTaxForm
    template_name = "oscar/dashboard/catalogue/sales_tax_form.html"
    success_url = reverse_lazy("dashboard:sales-tax-list")
    success_message = gettext_lazy("The rate is saved.")
