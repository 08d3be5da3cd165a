"""The API side: authenticates, replays or runs one operation in one transaction, and answers in Stripe's shape."""

import base64
import json
import logging

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from tests.stripe_sandbox.contract.answers import check_answer
from tests.stripe_sandbox.contract.forms import MalformedForm, decode_form
from tests.stripe_sandbox.contract.requests import read_params
from tests.stripe_sandbox.contract.sdk_operations import Operation
from tests.stripe_sandbox.errors import StripeError, invalid
from tests.stripe_sandbox.faults import SERVER_ERROR, Fault
from tests.stripe_sandbox.idempotency import SavedAnswer, find_answer, fingerprint_of, save_answer
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources.expand import expand
from tests.stripe_sandbox.routes import api_routes, handler_of
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import API_VERSION, Work, new_id

logger = logging.getLogger(__name__)
_ROUTES = api_routes()
_OUR_FAULT = "An error occurred inside the Stripe sandbox. Its log tells more."


def answer_api(program: Program, request: Request) -> Response:
    """The answer to any request under /v1/."""
    request_id = new_id("req", 14)
    fault = program.faults.next_for(request.method, request.path)
    try:
        _authenticate(request)
        if fault:
            fault.before()
        saved, is_replayed = _run(program, request, request_id, fault)
    except StripeError as error:
        saved, is_replayed = SavedAnswer(error.status, _dump(error.body()), request_id), False
    except Exception:
        logger.exception("%s %s failed inside the sandbox", request.method, request.path)
        error = StripeError(_OUR_FAULT, status=500, type="api_error")
        saved, is_replayed = SavedAnswer(500, _dump(error.body()), request_id), False
    if fault:
        fault.after()
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


def _run(program: Program, request: Request, request_id: str, fault: Fault | None) -> tuple[SavedAnswer, bool]:
    operation, path_values = _match(request)
    form = _form_of(request)
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    fingerprint = fingerprint_of(request.method, request.path, form)
    with (
        program.in_flight.taken(key),
        program.work(origin=program.origin(request), request_id=request_id, key=key) as work,
    ):
        if key and (found := find_answer(work.tx, key, fingerprint, request.path, work.now)):
            return found, True
        if fault and fault.prevents:
            saved, is_kept = SavedAnswer(500, SERVER_ERROR, request_id), True
        else:
            saved, is_kept = _perform(work, operation, form, path_values, request_id)
        if fault and fault.hides:
            saved, is_kept = SavedAnswer(500, SERVER_ERROR, request_id), True
        if key and is_kept:
            save_answer(work.tx, key, fingerprint, request.path, saved, work.now)
    return saved, False


def _perform(
    work: Work, operation: Operation, form: Json, path_values: dict[str, str], request_id: str
) -> tuple[SavedAnswer, bool]:
    """The answer, and whether an idempotency key remembers it. What a refused operation wrote is undone."""
    work.tx.execute("SAVEPOINT operation")
    try:
        params = read_params(operation, form)
        answer = handler_of(operation)(work, params, **path_values)
        answer = expand(work, answer, params.get("expand", []))
        check_answer(operation, answer)
        return SavedAnswer(200, _dump(answer), request_id), True
    except StripeError as error:
        work.tx.execute("ROLLBACK TO operation")
        return SavedAnswer(error.status, _dump(error.body()), request_id), error.is_saved
    finally:
        work.tx.execute("RELEASE operation")


def _match(request: Request) -> tuple[Operation, dict[str, str]]:
    try:
        operation, values = _ROUTES.bind_to_environ(request.environ).match()
    except HTTPException as error:
        raise StripeError(
            f"The Stripe sandbox does not imitate {request.method} {request.path}. Nothing was done.",
            status=501,
            type="api_error",
            code="sandbox_not_implemented",
        ) from error
    return operation, dict(values)


def _form_of(request: Request) -> Json:
    pairs = request.args.items(multi=True) if request.method in ("GET", "DELETE") else request.form.items(multi=True)
    try:
        return decode_form(pairs)
    except MalformedForm as error:
        raise invalid(f"Invalid request: the parameter {error} cannot be read.") from error


def _response(request: Request, saved: SavedAnswer, request_id: str, is_replayed: bool) -> Response:
    response = Response(saved.body, status=saved.status, content_type="application/json")
    response.headers["Request-Id"] = saved.request_id if is_replayed else request_id
    response.headers["Stripe-Version"] = API_VERSION
    response.headers["Cache-Control"] = "no-store"
    if key := request.headers.get("Idempotency-Key"):
        response.headers["Idempotency-Key"] = key
    if is_replayed:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = saved.request_id
    if saved.status == 409:
        response.headers["Stripe-Should-Retry"] = "true"
    return response


def _dump(body: Json) -> str:
    return json.dumps(body, indent=2)
