"""The worker is killed while it speaks to the mail server: the mail comes, and comes once."""

import os
import signal

from tests.hosted_page import pay
from tests.waiting import wait_for

IS_MAILING = """
from procrastinate.contrib.django.models import ProcrastinateJob
print(ProcrastinateJob.objects.filter(queue_name="mail", status="doing").exists())
"""
# What the passing of half a minute does, and then what runs every minute.
TIME_PASSES = """
from django.db import connection
from shop.tasks import put_abandoned_jobs_back
with connection.cursor() as cursor:
    cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour' "
                   "WHERE id = (SELECT worker_id FROM procrastinate_jobs WHERE queue_name = 'mail' AND status = 'doing')")
put_abandoned_jobs_back.defer(timestamp=0)
"""
ARE_MAILS_DONE = """
from procrastinate.contrib.django.models import ProcrastinateJob
print(not ProcrastinateJob.objects.filter(queue_name="mail", status__in=["todo", "doing"]).exists())
"""


def test_a_mail_in_hand_is_sent_once_by_the_next_worker(demo, bob, silenced):
    (worker,) = demo.pids_of("procrastinate", "worker")
    status, payment_page = bob.check_out()
    assert status == 303
    with silenced("tests.mailbox"):
        _, back = pay(payment_page, email=bob.email)
        bob.get(back.removeprefix(demo.site))
        wait_for(lambda: demo.run(IS_MAILING) == "True", what="the worker at the mail server")
        os.kill(worker, signal.SIGKILL)
    assert demo.letters_to(bob.email) == []
    wait_for(lambda: worker not in demo.pids_of("procrastinate", "worker"), what="the end of the killed worker")
    demo.run(TIME_PASSES)
    assert "A sturdy tag" in demo.letter_to(bob.email)["text"]
    wait_for(lambda: demo.run(ARE_MAILS_DONE) == "True", what="an end of all mail")
    assert len(demo.letters_to(bob.email)) == 1
