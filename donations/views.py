"""The giving page, and on from it to Stripe's page."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from donations import giving
from donations.amounts import format_short
from donations.consent import consent_paragraphs, consent_text
from donations.forms import GiftForm
from donations.links import initial_from_link, link_to_give_like
from donations.models import Program, Wording
from donations.whose_gift import begun_here, remember, typed_before
from shop.card_testing import gate, mailed_link, switch
from shop.card_testing.challenge import Challenge
from shop.card_testing.models import MailedLink
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def donate(request: HttpRequest) -> HttpResponse:
    """One page: how much, for what, from whom; then on to Stripe's page."""
    if request.method != "POST":
        return _donate_page(request, _form(link=request.GET, initial=typed_before(request)))
    form = _form(request.POST)
    if not form.programs or not form.is_valid():
        return _donate_page(request, form)
    try:
        return _mail_link(request, form) if gate.wants_link(request) else _continue_to_payment(request, form)
    except gate.ProofNeeded as needed:
        return _donate_page(request, form, status=429, challenge=needed.challenge)
    except gate.Closed:
        return _donate_page(request, form, status=503)


@require_GET
@never_cache
def continue_from_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The giving page as it was typed, for whoever has the link: nothing happens before the button is pressed."""
    link = mailed_link.find(token, purpose="gift", now=timezone.now())
    if link is None:
        context = {"again_url": reverse("donations:donate"), "is_gift": True}
        return render(request, "card_testing/link_over.html", context, status=410)
    return _donate_page(request, _form(initial=link.fields), link=link)


@require_GET
def disclosure(request: HttpRequest) -> HttpResponse:
    """What the states ask a charity to say. The text is the staff's."""
    wording = Wording.objects.filter(key=Wording.Key.SOLICITATION_DISCLOSURE).first()
    return render(request, "donations/disclosure.html", {"wording": wording})


def _form(data: Any = None, *, link: Any = None, initial: dict[str, str] | None = None) -> GiftForm:
    """With what was typed before and what a link asks for, or what is sent now."""
    programs = list(Program.objects.offered())
    asked_for = {} if link is None else initial_from_link(link, programs)
    return GiftForm(data, initial={**(initial or {}), **asked_for}, programs=programs)


def _donate_page(
    request: HttpRequest,
    form: GiftForm,
    *,
    status: int = 200,
    challenge: Challenge | None = None,
    link: MailedLink | None = None,
) -> HttpResponse:
    wordings = Wording.objects.in_bulk(
        [Wording.Key.WHERE_THE_MONEY_GOES, Wording.Key.MONTHLY_CONSENT], field_name="key"
    )
    where = wordings.get(Wording.Key.WHERE_THE_MONEY_GOES)
    form.put_consent(consent_paragraphs(wordings.get(Wording.Key.MONTHLY_CONSENT), now=timezone.now()))
    context: dict[str, Any] = {
        "form": form,
        "where_the_money_goes": where.paragraphs if where else [],
        "is_open": bool(form.programs) and switch.is_open("gift"),
        "guard": gate.guard(form.data, now=timezone.now(), link=link, asked=challenge),
        "challenge": challenge,
        "is_from_mail": link is not None,
    }
    return render(request, "donations/donate.html", context, status=status)


def _mail_link(request: HttpRequest, form: GiftForm) -> HttpResponse:
    """For who cannot or need not do the calculation: this very form, behind a link in their mailbox."""
    email = form.cleaned_data["email"]
    gate.mail_link(request, purpose="gift", email=email, fields=form.as_typed, now=timezone.now())
    return render(request, "card_testing/link_sent.html", {"email": email, "is_gift": True})


def _continue_to_payment(request: HttpRequest, form: GiftForm) -> HttpResponse:
    now = timezone.now()
    admission = gate.admit(request, purpose="gift", email=form.cleaned_data["email"], now=now)
    started = _start(form, begun_here=begun_here(request), now=now)
    admission.bind(started.payment)
    remember(request, started.gift)
    try:
        url = giving.ask_stripe(
            started,
            item_name=_item_name(form),
            site_url=request.build_absolute_uri("/").rstrip("/"),
            cancel_path=link_to_give_like(started.gift),
        )
    except giving.StripeDidNotAnswer:
        form.add_error(
            None, _("The payment page did not answer. Nothing was lost: what you typed is here. Please try again.")
        )
        return _donate_page(request, form, status=503)
    except giving.StripeRefused as refused:
        if refused.code == "email_invalid":
            form.add_error("email", _("The payment service does not know such an address. Is it typed right?"))
            return _donate_page(request, form)
        logger.exception("Stripe refused to make a page for gift %s", started.gift.reference)
        tell_staff.defer(what="Stripe refused to open a payment page for a gift", reference=started.gift.reference)
        form.add_error(
            None, _("The payment page cannot be opened right now. We have been told. Please try again later.")
        )
        return _donate_page(request, form, status=503)
    return HttpResponseRedirect(url, status=303)


def _start(form: GiftForm, *, begun_here: list[str], now: datetime) -> giving.StartedGift:
    wish: dict[str, Any] = {
        "email": form.cleaned_data["email"],
        "name": form.cleaned_data["name"],
        "amount_minor": form.amount_minor,
        "program": form.program_chosen,
        "begun_here": begun_here,
        "now": now,
    }
    if form.is_monthly:
        wording = Wording.objects.filter(key=Wording.Key.MONTHLY_CONSENT).first()
        agreed = consent_text(consent_paragraphs(wording, now=now), amount=format_short(form.amount_minor))
        return giving.start_monthly_gift(**wish, consent_text=agreed)
    return giving.start_gift(**wish)


def _item_name(form: GiftForm) -> str:
    """What Stripe's page calls it."""
    name = _("Monthly gift to %(organization)s") if form.is_monthly else _("Gift to %(organization)s")
    return name % {"organization": settings.ORGANIZATION["name"]}
