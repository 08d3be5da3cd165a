"""The worker is killed between payment and mail: nothing is missing, nothing comes twice."""

import os
import signal

import pytest

from tests.journeys import steps
from tests.waiting import wait_for

pytestmark = pytest.mark.journey


def test_what_a_killed_worker_left_is_done_once_by_the_next(demo, let_visitor_in):
    bob, alice = steps.bob("worker"), steps.alice("worker")
    (worker,) = demo.pids_of("procrastinate", "worker")
    os.kill(worker, signal.SIGSTOP)
    try:
        order = steps.buy(let_visitor_in(), bob, color="Marigold")
        steps.give(let_visitor_in(), alice)
        assert demo.letters_to(bob.email) == demo.letters_to(alice.email) == []
    finally:
        os.kill(worker, signal.SIGKILL)
    assert order in demo.letter_to(bob.email)["text"]
    assert demo.letter_to(alice.email)["attachments"]
    wait_for(lambda: no_job_waits(demo), what="an empty queue")
    assert len(demo.letters_to(bob.email)) == len(demo.letters_to(alice.email)) == 1


def no_job_waits(demo):
    return (
        demo.run(
            "from procrastinate.contrib.django.models import ProcrastinateJob\n"
            "print(not ProcrastinateJob.objects.filter(queue_name='mail', status__in=['todo', 'doing']).exists())"
        )
        == "True"
    )
