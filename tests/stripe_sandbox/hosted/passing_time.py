"""Lets time pass, for whoever runs the demo: renewals, payouts and deadlines come at the press of a button.

The sandbox's clock alone moves, never back; the site keeps the real time.
"""

from datetime import UTC, datetime

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.hosted.pages import fill
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.work import Work

DAY = 24 * 60 * 60
STEPS = {"1": "A day", "7": "A week", "32": "A month"}
"""A month is 32 days: past any month's end, and past the hour for which a renewal's invoice stays a draft."""


def clock(work: Work) -> Markup:
    """What time it is here, and the buttons."""
    moment = datetime.fromtimestamp(work.sandbox_now, UTC)
    buttons = Markup("").join(
        Markup('<button type="submit" class="quiet" name="days" value="{}">{}</button>').format(days, label)
        for days, label in STEPS.items()
    )
    return fill("clock.html", now=moment.strftime("%A, %B %d, %Y, %H:%M UTC"), buttons=buttons)


def let_pass(program: Program, request: Request) -> Response:
    days = request.form.get("days", "")
    if days in STEPS:
        program.let_pass(int(days) * DAY)
    return redirect("/", 303)
