"""Where Stripe tells us that something happened: verify, store once, leave the rest to a job."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.stripe_payments import client, intake

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 once the event is stored, 400 for one that is not Stripe's or of the other mode.

    A failure of ours is a 500, so that Stripe sends the event again. Repeats change nothing. An event at another API
    version is taken all the same, since only its type and object are read, and staff are told.
    """
    try:
        event = client.verify_event(request.body, request.headers.get("Stripe-Signature", ""))
    except client.ForgedEvent as error:
        logger.warning("Webhook refused: %s", error)
        return HttpResponse("signature refused\n", status=400, content_type="text/plain")
    if event.is_live != client.is_live():
        logger.warning("Webhook refused: event %s is of the other mode", event.id)
        return HttpResponse("wrong mode\n", status=400, content_type="text/plain")
    intake.store_once(event)
    return HttpResponse("stored\n", content_type="text/plain")
