"""The page behind a charge's `receipt_url`."""

from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.hosted.pages import fill, page
from tests.stripe_sandbox.money import written
from tests.stripe_sandbox.program import Program


def show(program: Program, request: Request, intent_id: str) -> Response:
    with program.work(origin=program.origin(request)) as work:
        intent = work.tx.find(intent_id, "payment_intent")
    if intent is None or intent["status"] != "succeeded":
        content = fill(
            "message.html", heading="There is no such receipt", text="Nothing was paid under this address.", link=""
        )
        return page("No such receipt", content, status=404)
    heading = f"Receipt for {written(intent['amount'], intent['currency'])}"
    text = f"Payment {intent['id']}, made in the sandbox. No money was taken."
    return page(heading, fill("message.html", heading=heading, text=text, link=""))
