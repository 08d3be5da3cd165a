"""Monthly gifts for staff: which run, which have trouble, and what happened to each."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from donations.dashboard.forms import MonthlySearchForm
from donations.models import MonthlyGift
from shop.staff_access import staff_with
from shop.stripe_payments.models import Subscription, SubscriptionChange

ON_A_PAGE = 50
PAGES = "oscar/dashboard/donations"
FAILURES = (SubscriptionChange.What.PAYMENT_FAILED, SubscriptionChange.What.ACTION_REQUIRED)


@require_GET
@staff_with("donations.view_monthlygift")
def monthly_list(request: HttpRequest) -> HttpResponse:
    """All promises that were agreed to, the newest first; those that have trouble can be asked for."""
    form = MonthlySearchForm(request.GET or None)
    monthly_gifts = form.narrow(_agreed()).order_by("-consented_at", "-id")
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page_obj": Paginator(monthly_gifts, ON_A_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
    }
    return render(request, f"{PAGES}/monthly_list.html", context)


@require_GET
@staff_with("donations.view_monthlygift")
def monthly_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One promise: how it stands, what was agreed to, its story, and its gifts."""
    monthly = get_object_or_404(
        MonthlyGift.objects.select_related("donor", "program", "subscription"), reference=reference
    )
    context = {
        "monthly": monthly,
        "subscription": monthly.subscription,
        "changes": monthly.subscription.changes.all(),
        "gifts": monthly.gifts.select_related("receipt").order_by("-started_at", "-id"),
    }
    return render(request, f"{PAGES}/monthly_detail.html", context)


def _agreed() -> QuerySet[MonthlyGift]:
    """Each with `failed_at`: when a month failed last."""
    failures = SubscriptionChange.objects.filter(subscription=OuterRef("subscription"), what__in=FAILURES)
    never_agreed = (Subscription.Status.STARTED, Subscription.Status.EXPIRED)
    return (
        MonthlyGift.objects.exclude(subscription__status__in=never_agreed)
        .select_related("donor", "program", "subscription")
        .annotate(failed_at=Subquery(failures.order_by("-id").values("made_at")[:1]))
    )
