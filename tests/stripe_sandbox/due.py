"""What is to happen at a later moment: done in the order of its time, each thing at its own moment."""

from collections.abc import Callable, Mapping

from tests.stripe_sandbox.work import Work

Task = Callable[[Work, str], None]


def run_due(work: Work, tasks: Mapping[str, Task], *, until: float, test_clock: str = "") -> None:
    """Do what fell due on one clock, what falls due meanwhile included. `work.now` is the moment of each thing."""
    here = work.now, work.test_clock
    work.test_clock = test_clock
    while row := work.tx.execute(
        "SELECT id, at, task, object_id FROM due WHERE test_clock = ? AND at <= ? ORDER BY at, id LIMIT 1",
        (test_clock, until),
    ).fetchone():
        work.tx.execute("DELETE FROM due WHERE id = ?", (row["id"],))
        work.now = int(row["at"])
        tasks[row["task"]](work, row["object_id"])
    work.now, work.test_clock = here
