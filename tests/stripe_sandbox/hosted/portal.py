"""The customer portal: what a customer sees and may change of their own."""

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.billing import ending
from tests.stripe_sandbox.billing.changing import change
from tests.stripe_sandbox.billing.subscription import ENDED, snapshot, tell
from tests.stripe_sandbox.hosted import portal_pages
from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.hosted.portal_session import Visit, visiting
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.store import Json

_LONGEST_COMMENT = 500


def show(program: Program, request: Request, secret: str) -> Response:
    """The overview, or the page that the session's flow is for."""
    with visiting(program, request, secret) as visit:
        if visit is None:
            return expired()
        if visit.flow_type == "payment_method_update" and not visit.hidden.get("is_done"):
            return redirect(f"{visit.home}/card", 303)
        if visit.flow_type == "subscription_cancel" and not visit.hidden.get("is_done"):
            return redirect(
                f"{visit.home}/subscriptions/{visit.session['flow']['subscription_cancel']['subscription']}/cancel", 303
            )
        return portal_pages.overview(visit)


def show_cancel(program: Program, request: Request, secret: str, subscription_id: str) -> Response:
    with visiting(program, request, secret) as visit:
        if visit is None:
            return expired()
        visit.need("subscription_cancel")
        subscription = visit.subscription(subscription_id)
        if subscription["status"] in ENDED or subscription["cancel_at"]:
            return redirect(visit.home if not visit.flow_type else _after(visit), 303)
        return portal_pages.cancel_form(visit, subscription)


def cancel(program: Program, request: Request, secret: str, subscription_id: str) -> Response:
    """End the subscription, at once or with its period as the configuration says. Pressed twice, it happens once."""
    with visiting(program, request, secret) as visit:
        if visit is None:
            return expired()
        visit.need("subscription_cancel")
        subscription = visit.subscription(subscription_id)
        if subscription["status"] not in ENDED and not subscription["cancel_at"]:
            _end(visit, subscription, _details(visit, request))
        return redirect(finish(visit), 303)


def keep(program: Program, request: Request, secret: str, subscription_id: str) -> Response:
    """Take back a cancellation that has not come about yet."""
    with visiting(program, request, secret) as visit:
        if visit is None:
            return expired()
        visit.need("subscription_cancel")
        subscription = visit.subscription(subscription_id)
        if subscription["status"] not in ENDED and subscription["cancel_at"]:
            before = snapshot(subscription)
            change(visit.work, subscription, {"cancel_at_period_end": False})
            tell(visit.work, subscription, before)
        return redirect(visit.home, 303)


def finish(visit: Visit) -> str:
    """Where the end of a task leads: back to the overview, or where the flow says."""
    visit.remember(is_done=True)
    return _after(visit)


def show_done(program: Program, request: Request, secret: str) -> Response:
    """The flow's own confirmation."""
    with visiting(program, request, secret) as visit:
        if visit is None or not visit.hidden.get("is_done"):
            return expired()
        confirmation = visit.session["flow"]["after_completion"]["hosted_confirmation"] or {}
        return portal_pages.message(visit, "Done", confirmation.get("custom_message") or "Your change has been saved.")


def expired() -> Response:
    text = "It is good for an hour after its last use. Go back to where you came from and open it again."
    content = fill("message.html", heading="This page has expired", text=text, link=Markup(""))
    return page("This page has expired", content, status=404)


def _after(visit: Visit) -> str:
    after = visit.session["flow"]["after_completion"] if visit.session["flow"] else {"type": "portal_homepage"}
    if after["type"] == "redirect":
        url: str = after["redirect"]["return_url"]
        return url
    return f"{visit.home}/done" if after["type"] == "hosted_confirmation" else visit.home


def _details(visit: Visit, request: Request) -> Json:
    """Reason and comment, as far as the configuration asks for them."""
    asked = visit.features["subscription_cancel"]["cancellation_reason"]
    reason = request.form.get("reason", "")
    if not asked["enabled"] or reason not in ("", *asked["options"]):
        return {}
    return {"feedback": reason, "comment": request.form.get("comment", "").strip()[:_LONGEST_COMMENT]}


def _end(visit: Visit, subscription: Json, details: Json) -> None:
    before = snapshot(subscription)
    change(visit.work, subscription, {"cancellation_details": details})
    if visit.features["subscription_cancel"]["mode"] == "immediately":
        ending.cancel(visit.work, subscription, reason="cancellation_requested")
        return
    change(visit.work, subscription, {"cancel_at_period_end": True})
    tell(visit.work, subscription, before)
