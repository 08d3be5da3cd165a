"""The load: a few connections that stay open and ask for one page again and again, or post one letter after another. The same for whatever is measured."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

CONNECTIONS = 8
_LARGEST_ANSWER = 2_000_000


@dataclass(frozen=True)
class Rate:
    """What came of one round."""

    per_second: float
    requests: int


def ask_repeatedly(*, port: int, path: str, seconds: float, at_most: int) -> Rate:
    """Ask on this machine's own loopback until the time or the number is over. Raises if an answer is not 200."""
    counts, errors = [0] * CONNECTIONS, []
    started = time.perf_counter()
    deadline = started + seconds

    def ask(number: int) -> None:
        try:
            counts[number] = _ask(port, path, deadline, at_most // CONNECTIONS)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Rate(sum(counts) / (time.perf_counter() - started), sum(counts))


def send_all(*, port: int, path: str, letters: Sequence[tuple[bytes, str]]) -> Rate:
    """Post each (body, Stripe-Signature) once. Raises if an answer is not 200."""
    errors: list[Exception] = []
    started = time.perf_counter()

    def send(number: int) -> None:
        try:
            _send(port, path, letters[number::CONNECTIONS])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Rate(len(letters) / (time.perf_counter() - started), len(letters))


def _send(port: int, path: str, letters: Sequence[tuple[bytes, str]]) -> None:
    with _connection(port) as connection:
        for body, signature in letters:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\nStripe-Signature: {signature}\r\n\r\n"
            )
            connection.sendall(head.encode() + body)
            _read_answer(connection)


@contextmanager
def _connection(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def _ask(port: int, path: str, deadline: float, at_most: int) -> int:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    done = 0
    with _connection(port) as connection:
        while done < at_most and time.perf_counter() < deadline:
            connection.sendall(request)
            _read_answer(connection)
            done += 1
    return done


def _read_answer(connection: socket.socket) -> None:
    answer = bytearray()
    while (head_end := answer.find(b"\r\n\r\n")) < 0:
        answer += _more(connection)
    head = bytes(answer[:head_end]).lower()
    if not head.startswith(b"http/1.1 200"):
        raise ConnectionError(head.splitlines()[0].decode())
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    if length > _LARGEST_ANSWER:
        raise ConnectionError("an answer larger than any page")
    while len(answer) < head_end + 4 + length:
        answer += _more(connection)


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(262_144)
    if not part:
        raise ConnectionError("the server hung up")
    return part
