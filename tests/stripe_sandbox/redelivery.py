"""Sends an event again, as the Resend button of Stripe's dashboard does."""

from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources.events import owe, wants


def redeliver(program: Program, event_id: str) -> int:
    """Owe one new delivery to each endpoint that wants the event. Returns how many."""
    with program.work(origin="") as work:
        event = work.tx.find(event_id, "event")
        if event is None:
            raise ValueError(f"no such event: {event_id}")
        endpoints = [
            endpoint
            for endpoint in work.tx.select("webhook_endpoint")
            if endpoint["status"] == "enabled" and wants(endpoint, event["type"])
        ]
        for endpoint in endpoints:
            owe(work, event_id, endpoint["id"])
        work.has_news = True
    return len(endpoints)
