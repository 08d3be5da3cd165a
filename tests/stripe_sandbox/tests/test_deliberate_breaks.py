"""The suite is worth what it catches: the sandbox is broken on purpose, and a named test of the suite must notice.

Here alone something of the sandbox is patched, since here the sandbox is what is tried. It serves from a thread of this process.
"""

import inspect
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stripe_sandbox import calls
from tests.stripe_sandbox.cards import Card
from tests.stripe_sandbox.contract import requests as contract
from tests.stripe_sandbox.launch import API_KEY, WEBHOOK_SECRET, Sandbox
from tests.stripe_sandbox.options import Options
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.resources import balance_transactions, disputes, events, payouts, refunds, sessions
from tests.stripe_sandbox.server import serve
from tests.stripe_sandbox.tests import (
    test_cards,
    test_contract,
    test_disputes,
    test_hosted_page,
    test_idempotency,
    test_payouts,
    test_refunds,
    test_sessions,
    test_webhooks,
)
from tests.stripe_sandbox.tests.paying import paid
from tests.stripe_sandbox.webhooks import post

Break = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture
def sandbox(listener) -> Iterator[Sandbox]:
    """A new sandbox in a thread, which shares this process's modules, broken or not."""
    listener.received.clear()
    options = Options(port=0, state=":memory:", has_control=True, settle_after=0.2, retry_schedule=(0.1,))
    program = Program(Options(**{**vars(options), "webhook_url": listener.url, "webhook_secret": WEBHOOK_SECRET}))
    server = serve(program)
    program.courier.start()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    process: Any = None
    yield Sandbox(f"http://127.0.0.1:{server.port}", API_KEY, WEBHOOK_SECRET, process)
    server.shutdown()
    thread.join()
    server.server_close()
    program.courier.stop()
    program.store.close()


@pytest.fixture
def intent(client, open_session) -> str:
    return paid(client, open_session).payment_intent


def sign_other_bytes(patch: pytest.MonkeyPatch) -> None:
    genuine = post.sign
    patch.setattr(
        post, "sign", lambda payload, secret, *, timestamp: genuine(payload + b" ", secret, timestamp=timestamp)
    )


def replay_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(calls, "find_answer", lambda *_: None)
    patch.setattr(calls, "save_answer", lambda *_: None)


def refund_without_a_cap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(refunds, "_amount_to_refund", lambda params, charge: params.get("amount", charge["amount"]))


def charge_a_cent_more(patch: pytest.MonkeyPatch) -> None:
    genuine = balance_transactions.fee_for
    patch.setattr(balance_transactions, "fee_for", lambda amount: genuine(amount) + 1)


def pay_out_a_cent_more(patch: pytest.MonkeyPatch) -> None:
    genuine = payouts._new
    patch.setattr(payouts, "_new", lambda work, amount, *rest, **named: genuine(work, amount + 1, *rest, **named))


def take_unknown_parameters(patch: pytest.MonkeyPatch) -> None:
    genuine = contract._read_dict

    def lenient(form: Any, params: type, path: str) -> dict[str, Any]:
        known = contract.parameter_fields(params)
        return genuine({name: value for name, value in form.items() if name in known}, params, path)

    patch.setattr(contract, "_read_dict", lenient)


def tell_no_livemode(patch: pytest.MonkeyPatch) -> None:
    genuine = events._write

    def write(work: Any, event: Any) -> None:
        del event["livemode"]
        genuine(work, event)

    patch.setattr(events, "_write", write)


def leave_the_expired_payable(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sessions, "close_expired", lambda work, session: {**session, "status": "expired", "url": None})


def answer_without_a_field(patch: pytest.MonkeyPatch) -> None:
    genuine = calls.expand

    def shortened(work: Any, answer: Any, paths: list[str]) -> Any:
        return {name: value for name, value in genuine(work, answer, paths).items() if name != "livemode"}

    patch.setattr(calls, "expand", shortened)


def tell_disputes_twice(patch: pytest.MonkeyPatch) -> None:
    genuine = disputes.emit
    patch.setattr(disputes, "emit", lambda *what, **more: [genuine(*what, **more), genuine(*what, **more)])


def take_every_card(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Card, "decline", None)


BREAKS: list[tuple[Break, Callable[..., None], dict[str, Any]]] = [
    (sign_other_bytes, test_webhooks.test_payment_is_told_by_signed_events, {}),
    (replay_nothing, test_idempotency.test_same_key_and_body_get_the_first_answer_again, {}),
    (refund_without_a_cap, test_refunds.test_refunds_in_part_add_up_and_no_further, {}),
    (charge_a_cent_more, test_sessions.test_paid_session_leads_to_charge_fee_and_net, {}),
    (pay_out_a_cent_more, test_payouts.test_payout_holds_exactly_what_adds_up_to_it, {}),
    (take_unknown_parameters, test_contract.test_sdk_raises_the_refusal_of_an_unknown_parameter, {}),
    (tell_no_livemode, test_webhooks.test_payment_is_told_by_signed_events, {}),
    (leave_the_expired_payable, test_hosted_page.test_expired_session_takes_no_money, {}),
    (answer_without_a_field, test_sessions.test_new_session_is_open_unpaid_and_has_no_intent, {}),
    (tell_disputes_twice, test_disputes.test_inquiry_takes_nothing_and_closes, {}),
    (
        take_every_card,
        test_cards.test_declined_card_says_why_and_charges_nothing,
        dict(zip(("number", "code", "decline_code", "message"), test_cards.DECLINES[0], strict=True)),
    ),
]


@pytest.mark.parametrize(("break_it", "test", "given"), BREAKS, ids=[one[0].__name__ for one in BREAKS])
@pytest.mark.parametrize("is_broken", [False, True], ids=["whole", "broken"])
def test_break_is_caught_by_a_test_of_the_suite(request, monkeypatch, sandbox, break_it, test, given, is_broken):
    names = inspect.signature(test).parameters.keys() - given.keys()
    if is_broken:
        break_it(monkeypatch)
    caught = None
    try:
        test(**{name: request.getfixturevalue(name) for name in names}, **given)
    except (Exception, pytest.fail.Exception) as failure:
        caught = failure
    assert (caught is not None) is is_broken, caught


def test_there_are_ten_breaks_at_least():
    assert len({break_it for break_it, _, _ in BREAKS}) >= 10
