"""Mails as files: one `.eml` a mail, named by its arrival."""

import email.policy
import itertools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path


@dataclass(frozen=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A mail that arrived. `to` is whom the envelope named."""

    key: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["X-Envelope-To"] or self.message["To"] or "")

    def body(self, kind: str) -> str:
        """The text of kind `plain` or `html`; empty when there is none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    @property
    def attachments(self) -> list[Attachment]:
        return [
            Attachment(part.get_filename() or "attachment", part.get_content_type(), part.get_payload(decode=True))
            for part in self.message.iter_attachments()
        ]


class Letters:
    """The folder. Safe for several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._count = itertools.count()
        self._lock = threading.Lock()

    def add(self, content: bytes, recipients: Sequence[str]) -> None:
        head = f"X-Envelope-To: {', '.join(recipients)}\r\n".encode()
        with self._lock:
            name = f"{time.time_ns():020d}-{next(self._count):04d}.eml"
            unfinished = self.folder / f"{name}.part"
            unfinished.write_bytes(head + content)
            unfinished.rename(self.folder / name)

    def newest_first(self, *, to: str = "") -> list[Letter]:
        """All, or those that name this address alone; the others are not read."""
        paths = sorted(self.folder.glob("*.eml"), reverse=True)
        return [self._read(path) for path in paths if not to or _envelope(path) == to]

    def get(self, key: str) -> Letter | None:
        return next((letter for letter in self.newest_first() if letter.key == key), None)

    @staticmethod
    def _read(path: Path) -> Letter:
        message = BytesParser(policy=email.policy.default).parsebytes(path.read_bytes())
        assert isinstance(message, EmailMessage)
        return Letter(path.stem, message)


def _envelope(path: Path) -> str:
    with path.open("rb") as file:
        return file.readline().decode().removeprefix("X-Envelope-To:").strip()
