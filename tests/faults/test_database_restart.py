"""The database is restarted while people look and buy: a short fault, and then everything as before."""

import os
import subprocess
import threading
from pathlib import Path

from shop import embedded_postgres
from tests.buyer import Buyer
from tests.hosted_page import pay
from tests.waiting import wait_for

GOOD_ANSWERS_IN_A_ROW = 20


def restart_database(demo):
    directory = embedded_postgres.data_directory(demo.var_dir)
    server = int((directory / "postmaster.pid").read_text().split()[0])
    program = Path(f"/proc/{server}/exe").readlink().with_name("pg_ctl")
    owner = directory.stat().st_uid
    command = [program, "-D", directory, "-w", "-m", "fast", "-l", directory / "log", "restart"]
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=directory,
        user=owner if os.geteuid() == 0 else None,
    )


def test_looking_and_buying_recover_and_no_order_is_lost(demo, bob, product):
    status, payment_page = bob.check_out()
    assert status == 303
    answers, is_over = [], threading.Event()

    def look():
        # A cookie leads past the kept pages, to the database.
        visitor = Buyer(demo, "")
        visitor.cookies["basket"] = "x"
        while not is_over.is_set():
            answers.append(visitor.get("/catalogue/")[0])

    looking = threading.Thread(target=look)
    looking.start()
    try:
        wait_for(lambda: 200 in answers, what="a first answer")
        restart_database(demo)
        before = len(answers)
        wait_for(
            lambda: answers[before:][-GOOD_ANSWERS_IN_A_ROW:] == [200] * GOOD_ANSWERS_IN_A_ROW,
            what="pages after the restart",
        )
    finally:
        is_over.set()
        looking.join()
    assert set(answers) <= {200, 500, 503}
    wait_for(demo.is_ready, what="a worker after the restart", seconds=90)
    _, back = pay(payment_page, email=bob.email)
    status, thanks = bob.get(back.removeprefix(demo.site))
    assert status == 302
    assert "Thank you" in bob.get(thanks)[1]
    assert "A sturdy tag" in demo.letter_to(bob.email)["text"]
