"""Every address of the sandbox, and the server that answers them."""

import logging
import socket
from collections.abc import Callable, Iterable

from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.api import answer_api
from tests.stripe_sandbox.control import answer_control
from tests.stripe_sandbox.hosted import checkout, invoice, overview, passing_time, portal, portal_card, receipt
from tests.stripe_sandbox.hosted.pages import icon, stylesheet
from tests.stripe_sandbox.program import Program

logger = logging.getLogger(__name__)
_LARGEST_BODY = 1024 * 1024

_PAGES = Map(
    [
        Rule("/", methods=["GET"], endpoint=overview.show),
        Rule("/time", methods=["POST"], endpoint=passing_time.let_pass),
        Rule("/events/<event_id>", methods=["GET"], endpoint=overview.show_event),
        Rule("/events/<event_id>/redeliver", methods=["POST"], endpoint=overview.redeliver_event),
        Rule("/c/pay/<session_id>", methods=["GET"], endpoint=checkout.show),
        Rule("/c/pay/<session_id>", methods=["POST"], endpoint=checkout.pay),
        Rule("/c/pay/<session_id>/authenticate", methods=["GET"], endpoint=checkout.show_authentication),
        Rule("/c/pay/<session_id>/authenticate", methods=["POST"], endpoint=checkout.answer_authentication),
        Rule("/receipts/<intent_id>", methods=["GET"], endpoint=receipt.show),
        Rule("/i/<invoice_id>/<secret>", methods=["GET"], endpoint=invoice.show),
        Rule("/i/<invoice_id>/<secret>", methods=["POST"], endpoint=invoice.pay),
        Rule("/i/<invoice_id>/<secret>/authenticate", methods=["GET"], endpoint=invoice.show_authentication),
        Rule("/i/<invoice_id>/<secret>/authenticate", methods=["POST"], endpoint=invoice.answer_authentication),
        Rule("/p/session/<secret>", methods=["GET"], endpoint=portal.show),
        Rule("/p/session/<secret>/done", methods=["GET"], endpoint=portal.show_done),
        Rule("/p/session/<secret>/card", methods=["GET"], endpoint=portal_card.show),
        Rule("/p/session/<secret>/card", methods=["POST"], endpoint=portal_card.save),
        Rule("/p/session/<secret>/card/authenticate", methods=["GET"], endpoint=portal_card.show_authentication),
        Rule("/p/session/<secret>/card/authenticate", methods=["POST"], endpoint=portal_card.answer_authentication),
        Rule(
            "/p/session/<secret>/subscriptions/<subscription_id>/cancel", methods=["GET"], endpoint=portal.show_cancel
        ),
        Rule("/p/session/<secret>/subscriptions/<subscription_id>/cancel", methods=["POST"], endpoint=portal.cancel),
        Rule("/p/session/<secret>/subscriptions/<subscription_id>/keep", methods=["POST"], endpoint=portal.keep),
        Rule("/assets/sandbox.css", methods=["GET"], endpoint=lambda program, request: stylesheet()),
        Rule("/assets/icon.svg", methods=["GET"], endpoint=lambda program, request: icon()),
        Rule("/favicon.ico", methods=["GET"], endpoint=lambda program, request: icon()),
        Rule("/healthz", methods=["GET"], endpoint=lambda program, request: Response("ok\n")),
    ]
)

WsgiApp = Callable[..., Iterable[bytes]]


def make_app(program: Program) -> WsgiApp:
    @Request.application
    def app(request: Request) -> Response:
        request.max_content_length = _LARGEST_BODY
        if request.path.startswith(("/v1/", "/v2/")):
            return answer_api(program, request)
        if request.path.startswith("/control/") and program.options.has_control:
            return answer_control(program, request)
        try:
            endpoint, values = _PAGES.bind_to_environ(request.environ).match()
            return endpoint(program, request, **values)
        except HTTPException as error:
            return overview.show_http_error(error)
        except Exception:
            logger.exception("%s %s failed inside the sandbox", request.method, request.path)
            return overview.show_http_error(InternalServerError())

    return app


def serve(program: Program) -> BaseWSGIServer:
    """A threaded server, bound and ready to `serve_forever`. Raises OSError when the port cannot be used."""
    options = program.options
    app = make_app(program)
    # Bound here: werkzeug ends the process in words of its own when it cannot bind.
    with socket.create_server((options.host, options.port), backlog=128) as bound:
        server = make_server(
            options.host, options.port, app, threaded=True, request_handler=_QuietHandler, fd=bound.fileno()
        )
    program.home = program.home or f"http://{options.host}:{server.port}"
    return server


class _QuietHandler(WSGIRequestHandler):
    """HTTP/1.1 so that clients keep their connections; one log line a request at debug level."""

    protocol_version = "HTTP/1.1"

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        self.close_connection = True

    def log(self, type: str, message: str, *args: object) -> None:
        logger.debug(message, *args)
