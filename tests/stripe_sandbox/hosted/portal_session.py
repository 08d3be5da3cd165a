"""Who is at the customer portal: found by the secret in the address, for as long as it is good.

Source: https://docs.stripe.com/api/customer_portal/sessions
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request

from tests.stripe_sandbox.billing import clocks
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources import portal_sessions
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work

_FIRST_VISIT_WITHIN = 5 * 60
_IDLE_AT_MOST = 60 * 60


@dataclass
class Visit:
    """One request at the portal. `hidden` belongs to the session."""

    work: Work
    session: Json
    hidden: Json
    customer: Json
    features: Json

    @property
    def home(self) -> str:
        return f"/p/session/{self.hidden['secret']}"

    @property
    def flow_type(self) -> str:
        return self.session["flow"]["type"] if self.session["flow"] else ""

    def remember(self, **more: object) -> None:
        self.hidden |= more
        self.work.tx.save_hidden(self.session["id"], self.hidden)

    def need(self, feature: str) -> None:
        """Raise NotFound unless the configuration offers the feature."""
        if not self.features[feature]["enabled"]:
            raise NotFound

    def subscription(self, id: str) -> Json:
        """One of the customer's own. Raises NotFound for any other."""
        found = self.work.tx.find(id, "subscription")
        if found is None or found["customer"] != self.customer["id"]:
            raise NotFound
        return found


@contextmanager
def visiting(program: Program, request: Request, secret: str) -> Iterator[Visit | None]:
    """The visit, or None when the address is unknown or its time is over."""
    with program.work(origin=program.origin(request)) as work:
        session = portal_sessions.by_secret(work, secret)
        hidden = work.tx.hidden(session["id"]) if session else {}
        patience = _IDLE_AT_MOST if hidden.get("visited") else _FIRST_VISIT_WITHIN
        if session is None or work.sandbox_now > hidden["opened_at"] + patience:
            yield None
            return
        customer = one(work, "customer", session["customer"])
        if customer.get("deleted"):
            yield None
            return
        configuration = one(work, "billing_portal.configuration", session["configuration"])
        visit = Visit(work, session, hidden, customer, configuration["features"])
        visit.remember(visited=True, opened_at=work.sandbox_now)
        clocks.enter(work, customer)
        yield visit
