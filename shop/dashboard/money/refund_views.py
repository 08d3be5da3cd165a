"""Refunds by hand: typed, looked at once more, then asked for."""

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shop.dashboard.money import refunding
from shop.dashboard.money.forms import RefundForm
from shop.dashboard.money.pages import TEMPLATES
from shop.money import format_minor
from shop.staff_access import staff_with
from shop.stripe_payments.ledger import UnableToRefund
from shop.stripe_payments.models import Payment

AGREEMENT_SECONDS = 60 * 60


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("stripe_payments.view_payment", "stripe_payments.add_refund")
def payment_refund(request: HttpRequest, reference: str) -> HttpResponse:
    """The form, then with `step=review` the page that confirms, then with `step=confirm` the refund itself."""
    payment = get_object_or_404(Payment, reference=reference)
    form = RefundForm(request.POST or None, lines=refunding.refundable_lines(payment))
    step = request.POST.get("step", "")
    if step == "confirm":
        return _refund(request, payment, form)
    if step != "review" or not form.is_valid():
        return _show_form(request, payment, form)
    agreed = {"parts": form.parts_minor, "reason": form.cleaned_data["reason"], "seen": form.left_minor}
    context = {"payment": payment, "form": form, "agreed": signing.dumps(agreed, salt=_salt(payment))}
    return render(request, f"{TEMPLATES}/refund_confirm.html", context)


def _refund(request: HttpRequest, payment: Payment, form: RefundForm) -> HttpResponse:
    """Do what the confirming page showed, and nothing else. The same click twice is told once as done."""
    try:
        agreed = signing.loads(request.POST.get("agreed", ""), salt=_salt(payment), max_age=AGREEMENT_SECONDS)
        total = refunding.refund(
            payment_id=payment.pk,
            parts_minor={int(line_id): amount_minor for line_id, amount_minor in agreed["parts"].items()},
            reason=agreed["reason"],
            seen_minor=agreed["seen"],
            requested_by=request.user,
            now=timezone.now(),
        )
    except (signing.BadSignature, refunding.ChangedMeanwhile, UnableToRefund):
        form.add_error(None, _("The payment has changed since you looked. Nothing was refunded: please look again."))
        return _show_form(request, payment, form)
    messages.success(request, _("A refund of %(amount)s is on its way.") % {"amount": format_minor(total)})
    return redirect("money-dashboard:payment-detail", payment.reference)


def _salt(payment: Payment) -> str:
    return f"refund of {payment.reference}"


def _show_form(request: HttpRequest, payment: Payment, form: RefundForm) -> HttpResponse:
    is_wrong = request.method == "POST" and request.POST.get("step") != "edit" and bool(form.errors)
    context = {"payment": payment, "form": form}
    return render(request, f"{TEMPLATES}/refund_form.html", context, status=422 if is_wrong else 200)
