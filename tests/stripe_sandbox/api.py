"""The HTTP side of the API: who asks, what is asked, and the answer in Stripe's shape."""

import base64
import logging

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.calls import Call, run_call
from tests.stripe_sandbox.contract.forms import MalformedForm, decode_form
from tests.stripe_sandbox.contract.sdk_operations import Operation
from tests.stripe_sandbox.errors import StripeError, invalid
from tests.stripe_sandbox.faults import DropConnection
from tests.stripe_sandbox.idempotency import SavedAnswer, dump
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.routes import SEARCH, api_routes
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import API_VERSION, new_id

logger = logging.getLogger(__name__)
_ROUTES = api_routes()


def answer_api(program: Program, request: Request) -> Response:
    """The answer to any request under /v1/ or /v2/. Raises DropConnection when a fault says so."""
    request_id = new_id("req", 14)
    try:
        _authenticate(request)
        saved, is_replayed = run_call(program, _call(program, request, request_id))
    except StripeError as error:
        if error.is_of_contract:
            program.conditions.note_refusal(request.method, request.path, error.message)
        saved, is_replayed = SavedAnswer(error.status, dump(error.body()), request_id), False
    except DropConnection:
        raise
    except Exception:
        logger.exception("%s %s failed inside the sandbox", request.method, request.path)
        ours = StripeError("The Stripe sandbox itself failed. Its log tells more.", status=500, type="api_error")
        saved, is_replayed = SavedAnswer(500, dump(ours.body()), request_id), False
    return _response(request, saved, request_id, is_replayed)


def _authenticate(request: Request) -> None:
    """Test secret keys only. Source: https://docs.stripe.com/api/authentication"""
    key = _key_of(request)
    if not key:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth "
            "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if "_live_" in key:
        raise StripeError(
            "A live key was sent to the Stripe sandbox. It is refused here; treat it as exposed.", status=401
        )
    if not key.startswith("sk_test_") or len(key) <= len("sk_test_"):
        raise StripeError(f"Invalid API Key provided: {key[:8]}{'*' * 8}", status=401)
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise invalid(f"Invalid Stripe API version: {version}. The sandbox speaks {API_VERSION} alone.")


def _key_of(request: Request) -> str:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
        except ValueError:
            return ""
    return ""


def _call(program: Program, request: Request, request_id: str) -> Call:
    operation, path_values = _match(request)
    return Call(
        operation=operation,
        path=request.path,
        path_values=path_values,
        form=_form_of(request),
        key=request.headers.get("Idempotency-Key") if request.method == "POST" else None,
        request_id=request_id,
        origin=program.origin(request),
        fault=program.faults.next_for(request.method, request.path),
    )


def _match(request: Request) -> tuple[Operation, dict[str, str]]:
    try:
        operation, values = _ROUTES.bind_to_environ(request.environ).match()
    except HTTPException as error:
        raise _not_imitated(request) from error
    if operation is SEARCH:
        raise _not_imitated(request)
    return operation, dict(values)


def _not_imitated(request: Request) -> StripeError:
    return StripeError(
        f"The Stripe sandbox does not imitate {request.method} {request.path}. Nothing was done.",
        status=501,
        type="api_error",
        code="sandbox_not_implemented",
    )


def _form_of(request: Request) -> Json:
    try:
        given = request.args if request.method in ("GET", "DELETE") else request.form
        return decode_form(given.items(multi=True))
    except MalformedForm as error:
        raise invalid(f"Invalid request: the parameter {error} cannot be read.") from error
    except RequestEntityTooLarge as error:
        raise StripeError("The request body is too large.", status=413) from error


def _response(request: Request, saved: SavedAnswer, request_id: str, is_replayed: bool) -> Response:
    response = Response(saved.body, status=saved.status, content_type="application/json")
    response.headers["Request-Id"] = request_id
    response.headers["Stripe-Version"] = API_VERSION
    response.headers["Cache-Control"] = "no-store"
    if key := request.headers.get("Idempotency-Key"):
        response.headers["Idempotency-Key"] = key
        response.headers["Original-Request"] = saved.request_id
    if is_replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
