"""The sandbox without a process and a port of its own: for tests that send very many requests, or that break it on purpose.

Elsewhere tests speak to it over HTTP, through the SDK.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from stripe._encode import _api_encode
from werkzeug.test import Client, TestResponse

from tests.stripe_sandbox.options import Options
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.server import make_app

KEY = {"Authorization": "Bearer sk_test_in_process"}


@dataclass(frozen=True)
class InProcess:
    program: Program
    http: Client

    def call(self, method: str, path: str, params: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        """One request of the API, encoded as the SDK encodes it. An idempotency key is the header `Idempotency_Key`."""
        pairs = [(name, _as_sent(value)) for name, value in _api_encode(params or {})]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        form: dict[str, list[str]] = {}
        for name, value in pairs:
            form.setdefault(name, []).append(value)
        where = {"query_string": form} if method in ("GET", "DELETE") else {"data": form}
        return self.http.open(path, method=method, headers={**KEY, **named}, **where)

    def post(self, path: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.call("POST", path, params, **headers).json

    def get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        return self.call("GET", path, params).json

    def control(self, action: str, **wish: Any) -> Any:
        return self.http.post(f"/control/{action}", json=wish).json


@contextmanager
def in_process(**options: Any) -> Iterator[InProcess]:
    program = Program(Options(state=":memory:", has_control=True, settle_after=0, **options))
    try:
        yield InProcess(program, Client(make_app(program)))
    finally:
        program.store.close()


def _as_sent(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
