"""The contract comes from the SDK's types: what they do not know is refused, and never said."""

import re

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe._encode import _api_encode

from tests.stripe_sandbox.contract.answers import ContractBroken, check_answer, check_object
from tests.stripe_sandbox.contract.forms import MalformedForm, decode_form
from tests.stripe_sandbox.contract.requests import read_params
from tests.stripe_sandbox.contract.sdk_operations import UnknownOperation, read_operation
from tests.stripe_sandbox.errors import StripeError
from tests.stripe_sandbox.routes import OPERATIONS
from tests.stripe_sandbox.tests.conftest import OpenSession, order, refusal
from tests.stripe_sandbox.tests.in_process import in_process

CREATE_SESSION = read_operation("checkout._session_service", "create")


def refused(*pairs: tuple[str, str]) -> StripeError:
    with pytest.raises(StripeError) as caught:
        read_params(CREATE_SESSION, decode_form(pairs))
    return caught.value


def test_method_and_path_of_every_operation_come_from_the_sdk():
    found = {(read_operation(*key).method, read_operation(*key).path) for key in OPERATIONS}
    assert len(found) == len(OPERATIONS)
    assert ("post", "/v1/checkout/sessions/{session}/expire") in found
    assert ("delete", "/v1/webhook_endpoints/{webhook_endpoint}") in found


def test_every_route_refuses_an_unknown_parameter():
    with in_process() as sandbox:
        for key in OPERATIONS:
            operation = read_operation(*key)
            path = re.sub(r"\{\w+\}", "some_id", operation.path)
            error = sandbox.call(operation.method.upper(), path, {"surprise": "1"}).json["error"]
            assert (error["code"], error["param"]) == ("parameter_unknown", "surprise"), operation


def test_operation_unknown_to_the_sdk_cannot_be_imitated():
    with pytest.raises(UnknownOperation):
        read_operation("_refund_service", "create_twice")


def test_parameters_arrive_as_python_values():
    pairs = [
        ("mode", "payment"),
        ("line_items[0][quantity]", "2"),
        ("line_items[0][price_data][currency]", "usd"),
        ("adaptive_pricing[enabled]", "false"),
        ("metadata[order]", "A7K2"),
    ]
    assert read_params(CREATE_SESSION, decode_form(pairs)) == {
        "mode": "payment",
        "line_items": [{"quantity": 2, "price_data": {"currency": "usd"}}],
        "adaptive_pricing": {"enabled": False},
        "metadata": {"order": "A7K2"},
    }


@pytest.mark.parametrize("name", ["payment_method_types[0]", "surprise", "line_items[0][price_data][colour]"])
def test_unknown_parameter_is_refused_by_name(name):
    error = refused((name, "card"))
    assert error.code == "parameter_unknown"
    assert error.param is not None
    assert name.startswith(error.param)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("line_items[0][quantity]", "1.5", "parameter_invalid_integer"),
        ("line_items[0][quantity]", "two", "parameter_invalid_integer"),
        ("expires_at", "１２", "parameter_invalid_integer"),
        ("adaptive_pricing[enabled]", "yes", None),
        ("ui_mode", "hosted", None),
        ("mode", "", None),
        ("client_reference_id", "", "parameter_invalid_empty"),
        ("line_items", "everything", None),
        ("metadata", "x", "parameter_invalid_object"),
        ("client_reference_id[0]", "x", None),
        ("metadata[a][b]", "x", None),
    ],
)
def test_wrong_type_is_refused(name, value, code):
    error = refused((name, value))
    assert error.status == 400
    assert error.code == code


def test_missing_required_parameter_is_refused_by_its_whole_path():
    error = refused(("line_items[0][price_data][unit_amount]", "1200"))
    assert (error.code, error.param) == ("parameter_missing", "line_items[0][price_data][currency]")


def test_options_of_the_sdk_are_no_parameters_of_the_api():
    assert refused(("idempotency_key", "x")).code == "parameter_unknown"


def test_sdk_raises_the_refusal_of_an_unknown_parameter(client):
    error = refusal(lambda: client.v1.checkout.sessions.create(order(payment_method_types=["card"])))
    assert isinstance(error, stripe.InvalidRequestError)
    assert (error.code, error.param, error.http_status) == ("parameter_unknown", "payment_method_types", 400)


def test_full_request_of_a_shop_is_accepted(open_session: OpenSession):
    session = open_session(
        ui_mode="hosted_page",
        submit_type="donate",
        client_reference_id="A7K2-9QXM",
        customer_email="alice@example.org",
        metadata={"payment": "A7K2-9QXM"},
        payment_intent_data={"metadata": {"payment": "A7K2-9QXM"}, "statement_descriptor_suffix": "TAGS"},
        adaptive_pricing={"enabled": False},
        custom_text={"submit": {"message": "Thank you."}},
        locale="en",
        expand=["line_items", "payment_intent.latest_charge.balance_transaction"],
    )
    assert session.amount_total == 2850


def test_answer_that_the_sdk_does_not_know_is_a_fault_of_the_sandbox():
    with pytest.raises(ContractBroken, match=r"surprise is unknown to Session"):
        check_answer(CREATE_SESSION, {"object": "checkout.session", "surprise": 1})


def test_answer_that_lacks_a_promised_field_is_a_fault_of_the_sandbox():
    with pytest.raises(ContractBroken, match=r"amount may not be null"):
        check_object({"object": "refund", "id": "re_1", "currency": "usd", "created": 1})


def test_answer_with_a_value_outside_of_an_enumeration_is_a_fault_of_the_sandbox():
    deleted = {"object": "checkout.session", "status": "half-way"}
    with pytest.raises(ContractBroken, match="may not be 'half-way'"):
        check_object(deleted)


_LEAVES = st.text(min_size=1, max_size=8) | st.integers() | st.booleans()
_NAMES = st.from_regex(r"[a-z][a-z_0-9]{0,6}", fullmatch=True)
_TREES = st.recursive(
    _LEAVES, lambda kids: st.lists(kids, min_size=1, max_size=3) | st.dictionaries(_NAMES, kids, min_size=1, max_size=3)
)


def as_sent(value):
    """What is left of a value on the wire: everything is text."""
    if isinstance(value, list):
        return [as_sent(one) for one in value]
    if isinstance(value, dict):
        return {name: as_sent(one) for name, one in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


@settings(deadline=None)
@given(st.dictionaries(_NAMES, _TREES, min_size=1, max_size=4))
def test_decoding_undoes_the_sdk_encoding(params):
    pairs = [(key, as_sent(value)) for key, value in _api_encode(params)]
    assert decode_form(pairs) == as_sent(params)


@pytest.mark.parametrize(
    "pairs", [[("a[b", "1")], [("a", "1"), ("a[b]", "2")], [("a[b]", "2"), ("a", "1")], [("a" + "[b]" * 99, "1")]]
)
def test_malformed_form_is_refused(pairs):
    with pytest.raises(MalformedForm):
        decode_form(pairs)
