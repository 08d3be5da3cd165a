"""The comparisons of Stripe's books with ours."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from procrastinate.exceptions import AlreadyEnqueued

from shop.dashboard.money.pages import TEMPLATES, page_context
from shop.staff_access import staff_with
from shop.stripe_payments import client, tasks
from shop.stripe_payments.models import Reconciliation

RUNS_A_PAGE = 10


@require_safe
@staff_with("stripe_payments.view_reconciliation")
def comparison_list(request: HttpRequest) -> HttpResponse:
    """Each comparison with all it found, the newest first."""
    runs = Reconciliation.objects.filter(is_live=client.is_live()).order_by("-started_at", "-id")
    return render(request, f"{TEMPLATES}/comparison_list.html", page_context(request, runs, rows=RUNS_A_PAGE))


@require_POST
@staff_with("stripe_payments.view_reconciliation", "stripe_payments.add_reconciliation")
def compare_now(request: HttpRequest) -> HttpResponse:
    """Let the worker compare, unless a comparison waits already."""
    try:
        with transaction.atomic():
            tasks.reconcile.defer(timestamp=int(timezone.now().timestamp()))
    except AlreadyEnqueued:
        messages.warning(request, _("A comparison waits already. It will stand here in a moment."))
    else:
        messages.success(request, _("The comparison begins now. It will stand here in a moment."))
    return redirect("money-dashboard:comparison-list")
