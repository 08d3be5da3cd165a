"""Runs one call of the API: replayed from its idempotency key, or performed in one transaction."""

from dataclasses import dataclass

from tests.stripe_sandbox.contract.answers import check_answer
from tests.stripe_sandbox.contract.requests import read_params
from tests.stripe_sandbox.contract.sdk_operations import Operation
from tests.stripe_sandbox.errors import StripeError
from tests.stripe_sandbox.faults import SERVER_ERROR, Fault
from tests.stripe_sandbox.idempotency import SavedAnswer, dump, find_answer, fingerprint_of, save_answer
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources.expand import expand
from tests.stripe_sandbox.routes import handler_of
from tests.stripe_sandbox.store import Json
from tests.stripe_sandbox.work import Work


@dataclass(frozen=True)
class Call:
    """A request that was understood as an operation. `key` is its idempotency key."""

    operation: Operation
    path: str
    path_values: dict[str, str]
    form: Json
    key: str | None
    request_id: str
    origin: str
    fault: Fault | None


def run_call(program: Program, call: Call) -> tuple[SavedAnswer, bool]:
    """The answer, and whether it is a replay. Raises StripeError, or DropConnection for a planned fault."""
    with program.in_flight.taken(call.key):
        if call.fault:
            call.fault.before()
        with program.work(origin=call.origin, request_id=call.request_id, key=call.key) as work:
            answer, is_replayed = _replay_or_perform(work, call)
    if call.fault:
        call.fault.after()
    return answer, is_replayed


def _replay_or_perform(work: Work, call: Call) -> tuple[SavedAnswer, bool]:
    if call.key is None:
        return _perform(work, call)[0], False
    fingerprint = fingerprint_of(call.operation.method, call.path, call.form)
    if found := find_answer(work.tx, call.key, fingerprint, call.path, work.sandbox_now):
        return found, True
    answer, is_kept = _perform(work, call)
    if is_kept:
        save_answer(work.tx, call.key, fingerprint, call.path, answer, work.sandbox_now)
    return answer, False


def _perform(work: Work, call: Call) -> tuple[SavedAnswer, bool]:
    """The answer, and whether an idempotency key remembers it. What a refused operation wrote is undone."""
    lost = SavedAnswer(500, SERVER_ERROR, call.request_id)
    if call.fault and call.fault.prevents:
        return lost, True
    work.tx.execute("SAVEPOINT operation")
    try:
        answer = _answer(work, call)
    except StripeError as error:
        if not error.keeps_work:
            work.tx.execute("ROLLBACK TO operation")
        if error.is_of_contract:
            work.conditions.note_refusal(call.operation.method, call.path, error.message)
        return SavedAnswer(error.status, dump(error.body()), call.request_id), error.is_saved
    finally:
        work.tx.execute("RELEASE operation")
    if call.fault and call.fault.hides:
        return lost, True
    return SavedAnswer(200, dump(answer), call.request_id), True


def _answer(work: Work, call: Call) -> Json:
    params = read_params(call.operation, call.form)
    answer = handler_of(call.operation)(work, params, **call.path_values)
    answer = expand(work, answer, params.get("expand", []))
    check_answer(call.operation, answer)
    return answer
