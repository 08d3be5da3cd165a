"""What Stripe told us: what waits, what failed too often, and trying that again."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shop.dashboard.money.pages import TEMPLATES, page_context
from shop.dashboard.money.stripe_links import stripe_url
from shop.staff_access import staff_with
from shop.stripe_payments import client, intake
from shop.stripe_payments.models import StripeEvent

STATES = ("set_aside", "waiting", "handled")
MOST_AT_ONCE = 200


@require_safe
@staff_with("stripe_payments.view_stripeevent")
def event_list(request: HttpRequest) -> HttpResponse:
    """Events in one state, or all that a search finds. What needs a person comes first unless another state is asked for."""
    counts = _counts()
    text = request.GET.get("q", "").replace("\x00", "").strip()[:255]
    state = request.GET.get("state", "")
    if state not in STATES:
        state = "" if text else next((name for name in STATES if counts[name]), "handled")
    events = _narrowed(_ours().order_by("-received_at", "-id"), state, text)
    context = page_context(request, events)
    context |= {
        "rows": [(event, stripe_url(event.event_id, is_live=event.is_live)) for event in context["page_obj"]],
        "counts": counts,
        "state": state,
        "q": text,
    }
    return render(request, f"{TEMPLATES}/event_list.html", context)


@require_POST
@staff_with("stripe_payments.view_stripeevent", "stripe_payments.change_stripeevent")
def event_replay(request: HttpRequest) -> HttpResponse:
    """Try events that were set aside again: those named by `event`."""
    wanted = request.POST.getlist("event")[:MOST_AT_ONCE]
    known = _ours().set_aside().filter(event_id__in=wanted).order_by("id")
    replayed = sum(intake.replay(event_id) for event_id in known.values_list("event_id", flat=True))
    if replayed:
        text = ngettext("%(count)d event is being tried again.", "%(count)d events are being tried again.", replayed)
        messages.success(request, text % {"count": replayed})
    else:
        messages.warning(request, _("Nothing to try again: it was handled or waits already."))
    return redirect("money-dashboard:event-list")


def _ours() -> Any:
    """Those of the key's own mode: the others cannot be acted on now."""
    return StripeEvent.objects.filter(is_live=client.is_live())


def _counts() -> dict[str, Any]:
    """In one query: state -> number of events."""
    waiting, aside = Q(handled_at=None, set_aside_at=None), Q(handled_at=None, set_aside_at__isnull=False)
    found = _ours().aggregate(
        waiting=Count("pk", filter=waiting),
        aside=Count("pk", filter=aside),
        handled=Count("pk", filter=Q(handled_at__isnull=False)),
    )
    return {"waiting": found["waiting"], "set_aside": found["aside"], "handled": found["handled"]}


def _narrowed(events: Any, state: str, text: str) -> QuerySet[StripeEvent]:
    if state == "waiting":
        events = events.waiting()
    elif state == "set_aside":
        events = events.set_aside()
    elif state == "handled":
        events = events.filter(handled_at__isnull=False)
    if text:
        events = events.filter(Q(event_id__icontains=text) | Q(type__icontains=text) | Q(object_id__icontains=text))
    return events
