"""What billing lets happen at a later moment, by the names under which the state file keeps it."""

from tests.stripe_sandbox.billing import collecting, ending, pausing, renewing
from tests.stripe_sandbox.due import Task, run_due
from tests.stripe_sandbox.resources import test_clocks
from tests.stripe_sandbox.resources.lists import one
from tests.stripe_sandbox.work import Work

BILLING_TASKS: dict[str, Task] = {
    "renew_subscription": renewing.renew,
    "announce_renewal": renewing.announce,
    "finalize_invoice": collecting.finalize_and_collect,
    "retry_invoice": collecting.retry,
    "resume_collection": pausing.resume_collection,
    "give_up_resuming": pausing.give_up_resuming,
    "expire_incomplete": ending.expire_incomplete,
}


def advance_test_clock(work: Work, id: str) -> None:
    """Let everything on the clock happen up to where it was told to go."""
    clock = one(work, test_clocks.KIND, id)
    target = clock["status_details"]["advancing"]["target_frozen_time"]
    run_due(work, BILLING_TASKS, until=target, test_clock=id)
    test_clocks.arrive(work, clock, target)


BILLING_TASKS["advance_test_clock"] = advance_test_clock
