"""Disputes and warnings of fraud: what waits for an answer, and until when."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shop.dashboard.money import refunding
from shop.dashboard.money.pages import TEMPLATES, page_context
from shop.dashboard.money.purposes import purposes_of
from shop.dashboard.money.stripe_links import stripe_url
from shop.money import format_minor
from shop.staff_access import staff_with
from shop.stripe_payments import client
from shop.stripe_payments.ledger import UnableToRefund
from shop.stripe_payments.models import Dispute, FraudWarning, Payment

REASON = "The card network warned of fraud"


@require_safe
@staff_with("stripe_payments.view_dispute")
def dispute_list(request: HttpRequest) -> HttpResponse:
    """Open disputes, those to answer first; the ended ones behind them."""
    now = timezone.now()
    ours = Dispute.objects.filter(payment__is_live=client.is_live())
    disputes = ours.select_related("payment").prefetch_related("payment__lines")
    still_open = disputes.open().order_by(F("respond_by").asc(nulls_last=True), "id")
    context = page_context(request, disputes.exclude(closed_at=None).order_by("-closed_at", "-id"))
    context |= {
        "open_rows": sorted(_rows(still_open, now), key=lambda row: not row["dispute"].is_waiting_for_us),
        "ended_rows": _rows(context["page_obj"], now),
    }
    return render(request, f"{TEMPLATES}/dispute_list.html", context)


@require_safe
@staff_with("stripe_payments.view_fraudwarning")
def warning_list(request: HttpRequest) -> HttpResponse:
    """Warnings that wait for a decision, the oldest first; the decided ones behind them."""
    ours = FraudWarning.objects.filter(payment__is_live=client.is_live())
    warnings = ours.select_related("payment", "resolved_by").prefetch_related("payment__lines")
    waiting = list(warnings.filter(resolved_at=None).order_by("warned_at", "id"))
    context = page_context(request, warnings.exclude(resolved_at=None).order_by("-resolved_at", "-id"))
    decided = list(context["page_obj"])
    purposes = purposes_of(line for warning in (*waiting, *decided) for line in warning.payment.lines.all())
    context |= {
        "waiting": [
            (warning, _purposes(warning.payment, purposes), warning.fraud_type.replace("_", " ")) for warning in waiting
        ],
        "decided": [(warning, _purposes(warning.payment, purposes)) for warning in decided],
    }
    return render(request, f"{TEMPLATES}/warning_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("stripe_payments.change_fraudwarning", "stripe_payments.add_refund")
def warning_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown first, then done: everything that is left of the payment goes back."""
    warning = _warning(pk)
    if request.method != "POST":
        return _ask(request, warning, is_refund=True)
    now, user = timezone.now(), request.user
    try:
        total = refunding.refund_because_of_warning(warning=warning, reason=REASON, decided_by=user, now=now)
    except refunding.DecidedAlready:
        messages.warning(request, _("Somebody has decided on this warning already. Nothing was done again."))
    except UnableToRefund:
        messages.error(request, _("The payment is disputed by now: the bank decides. Answer the dispute instead."))
    else:
        messages.success(request, _("A refund of %(amount)s is on its way.") % {"amount": format_minor(total)})
    return redirect("money-dashboard:warning-list")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("stripe_payments.change_fraudwarning")
def warning_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown first, then done: the payment is genuine, and nothing goes back."""
    warning = _warning(pk)
    if request.method != "POST":
        return _ask(request, warning, is_refund=False)
    try:
        refunding.keep_in_spite_of_warning(warning=warning, decided_by=request.user, now=timezone.now())
    except refunding.DecidedAlready:
        messages.warning(request, _("Somebody has decided on this warning already. Nothing was done again."))
    else:
        messages.success(request, _("The warning is closed. Nothing was refunded."))
    return redirect("money-dashboard:warning-list")


def _ask(request: HttpRequest, warning: FraudWarning, *, is_refund: bool) -> HttpResponse:
    payment = warning.payment
    lines = list(payment.lines.order_by("id"))
    context = {
        "warning": warning,
        "payment": payment,
        "purposes": _purposes(payment, purposes_of(lines)),
        "is_refund": is_refund,
        "left_minor": refunding.left_minor(refunding.refundable_lines(payment)),
    }
    return render(request, f"{TEMPLATES}/warning_decision.html", context)


def _warning(pk: int) -> FraudWarning:
    return get_object_or_404(FraudWarning.objects.select_related("payment", "resolved_by"), pk=pk)


def _rows(disputes: Any, now: datetime) -> list[dict[str, Any]]:
    disputes = list(disputes)
    purposes = purposes_of(line for dispute in disputes for line in dispute.payment.lines.all())
    return [
        {
            "dispute": dispute,
            "days_left": dispute.days_left(now),
            "reason": dispute.reason.replace("_", " "),
            "purposes": _purposes(dispute.payment, purposes),
            "stripe_url": stripe_url(dispute.stripe_dispute_id, is_live=dispute.payment.is_live),
        }
        for dispute in disputes
    ]


def _purposes(payment: Payment, purposes: dict[int, Any]) -> list[Any]:
    return [purposes[line.pk] for line in payment.lines.all()]
