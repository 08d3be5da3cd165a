"""Protection against card testing, for staff: how things stand, and the switch."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from oscar.views.decorators import permissions_required

from shop.card_testing import deciding, overview, switch
from shop.card_testing.dashboard.forms import SwitchForm
from shop.card_testing.models import Switch

DECISIONS_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permissions_required(["is_staff", "card_testing.view_switch"])
def protection(request: HttpRequest) -> HttpResponse:
    """What happened lately, what is asked of visitors now, and what staff decided."""
    if request.method == "POST":
        return _decide(request)
    state = switch.current()
    now_stands = Switch(
        challenge=state.challenge, takes_gifts="gift" not in state.closed, takes_orders="order" not in state.closed
    )
    return _page(request, SwitchForm(instance=now_stands))


def _decide(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("card_testing.change_switch"):
        raise PermissionDenied
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    deciding.decide(form.save(commit=False), by=request.user, now=timezone.now())
    messages.success(request, _("Saved. It holds from now on; pages that browsers show already follow within seconds."))
    return redirect("card-testing-dashboard:protection")


def _page(request: HttpRequest, form: SwitchForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "now": overview.look(now=timezone.now()),
        "decisions": Switch.objects.select_related("changed_by").order_by("-id")[:DECISIONS_SHOWN],
    }
    return render(request, "oscar/dashboard/card_testing/protection.html", context)
