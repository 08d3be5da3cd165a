"""What a check says: one sentence about what is so, and one about how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing; nothing is lost by it
    UNKNOWN = "unknown"  # could not be looked at
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    level: Level
    says: str
    mend: str = ""

    @property
    def is_bad(self) -> bool:
        """What cannot be seen may be broken."""
        return self.level in (Level.UNKNOWN, Level.PROBLEM)


def fine(says: str) -> Finding:
    return Finding(Level.OK, says)


def note(says: str, *, mend: str = "") -> Finding:
    return Finding(Level.NOTE, says, mend)


def unknown(says: str, *, mend: str = "") -> Finding:
    return Finding(Level.UNKNOWN, says, mend)


def problem(says: str, *, mend: str) -> Finding:
    return Finding(Level.PROBLEM, says, mend)
