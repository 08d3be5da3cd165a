"""The SDK's own examples, which its makers generate from Stripe's specification, sent to the sandbox as they stand.

They lie in the SDK's source distribution alone. It is fetched once through pip, read, and never unpacked or kept in the repository.
"""

import ast
import functools
import importlib.metadata
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.stripe_sandbox.contract.forms import decode_form
from tests.stripe_sandbox.contract.requests import read_params
from tests.stripe_sandbox.launch import ROOT
from tests.stripe_sandbox.routes import OPERATIONS, SEARCH, api_routes
from tests.stripe_sandbox.tests.in_process import KEY, InProcess, in_process

_FOLDER = ROOT / "var" / "sdk"
_ADDRESSES = api_routes().bind("sandbox")
_EXAMPLES = "tests/test_generated_examples.py"

Example = tuple[str, str, str, str]
"""Method, path, query string and body."""


def source_of_the_sdk() -> Path:
    """The source distribution of the installed version. Fails with a plain message where it cannot be had."""
    name = f"stripe-{importlib.metadata.version('stripe')}"
    archive = _FOLDER / f"{name}.tar.gz"
    if not archive.exists():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_FOLDER) as folder:
            options = ["--no-deps", "--no-binary", "stripe", "--dest", folder, name.replace("-", "==")]
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--disable-pip-version-check",
                "--quiet",
                "--retries",
                "1",
                *options,
            ]
            fetched = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            if fetched.returncode:
                pytest.fail(
                    f"The examples were not replayed: pip cannot fetch the source of {name}. {fetched.stderr.strip().splitlines()[-1]}"
                )
            (Path(folder) / archive.name).rename(archive)
    return archive


@functools.cache
def examples() -> list[Example]:
    archive = source_of_the_sdk()
    with tarfile.open(archive) as source:
        member = source.extractfile(f"{archive.name.removesuffix('.tar.gz')}/{_EXAMPLES}")
        assert member is not None
        tree = ast.parse(member.read())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_assertion(node)]
    return sorted({_example(call) for call in calls})


def _is_assertion(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "assert_requested"


def _example(call: ast.Call) -> Example:
    told: dict[str, Any] = {
        word.arg: word.value.value for word in call.keywords if word.arg and isinstance(word.value, ast.Constant)
    }
    method = ast.literal_eval(call.args[0])
    return method.upper(), told["path"], told.get("query_string") or "", told.get("post_data") or ""


@pytest.fixture(scope="module")
def sandbox():
    with in_process() as sandbox:
        yield sandbox


def is_supported(example: Example) -> bool:
    method, path, _, _ = example
    return _ADDRESSES.test(path, method) and _ADDRESSES.match(path, method)[0] is not SEARCH


def send(sandbox: InProcess, example: Example) -> Any:
    method, path, query, body = example
    form = "application/x-www-form-urlencoded"
    return sandbox.http.open(path, method=method, query_string=query, data=body, content_type=form, headers=KEY)


def test_no_example_of_the_sdk_is_refused_by_the_contract():
    supported = list(filter(is_supported, examples()))
    for method, path, query, body in supported:
        operation, _ = _ADDRESSES.match(path, method)
        read_params(operation, decode_form(parse_qsl(query or body, keep_blank_values=True)))
    assert len(supported) >= 60


def test_no_example_of_the_sdk_breaks_the_sandbox_or_holds_an_unknown_parameter(sandbox):
    for example in filter(is_supported, examples()):
        answer = send(sandbox, example)
        assert answer.status_code in (200, 400, 404, 501), f"{example}: {answer.text}"
        assert answer.json.get("error", {}).get("code") != "parameter_unknown", example


def test_examples_reach_most_of_what_the_sandbox_can_do():
    reached = {_ADDRESSES.match(path, method)[0] for method, path, _, _ in filter(is_supported, examples())}
    assert len(reached) > 0.8 * len(OPERATIONS)


def test_search_is_not_imitated(sandbox):
    searches = [example for example in examples() if example[1].endswith("/search")]
    assert len(searches) > 3
    assert {send(sandbox, example).status_code for example in searches} == {501}


def test_example_with_one_parameter_too_many_is_refused(sandbox):
    for example in filter(is_supported, examples()):
        method, path, query, body = example
        more = (f"{query}&surprise=1", body) if method in ("GET", "DELETE") else (query, f"{body}&surprise=1")
        error = send(sandbox, (method, path, *more)).json["error"]
        assert (error["code"], error["param"]) == ("parameter_unknown", "surprise"), example
