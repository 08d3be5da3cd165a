"""A site that listens to webhooks, for tests: keeps what arrives and answers as told."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import stripe
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


@dataclass
class Receiver:
    """`answers` are the statuses of the next requests; when they are used up, 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    received: list[tuple[bytes, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, request: Request) -> Response:
        with self._lock:
            self.received.append((request.get_data(), request.headers.get("Stripe-Signature", "")))
            status = self.answers.pop(0) if self.answers else 200
        headers = {"Location": "/elsewhere"} if 300 <= status < 400 else {}
        return Response("", status=status, headers=headers)

    def events(self, secret: str) -> list[stripe.Event]:
        """What arrived, each verified by the SDK."""
        with self._lock:
            parcels = list(self.received)
        return [stripe.Webhook.construct_event(body, signature, secret) for body, signature in parcels]

    def types(self, secret: str) -> list[str]:
        return [event.type for event in self.events(secret)]


@contextmanager
def listening(*, port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver()
    app: Any = Request.application(receiver.take)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Silent)
    receiver.url = f"http://127.0.0.1:{server.port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def eventually(is_so: Callable[[], bool], *, within: float = 10) -> None:
    """Wait until `is_so`, or fail."""
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass
