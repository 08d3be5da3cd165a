"""The demo's programs are started, watched, started again, and stopped with all that they started."""

import io
import os
import signal
import socket
import sys

import pytest
from django.core.management import CommandError, call_command

from shop.demo_processes import MOST_RESTARTS, Process, Processes, is_free, stack
from tests.waiting import wait_for

# Serves "ok" on the port, from a child of its own.
SERVES = """
import subprocess, sys
subprocess.run([sys.executable, "-c", '''
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
''', sys.argv[1]])
"""


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def processes():
    processes = Processes(io.StringIO())
    yield processes
    processes.stop()


def program(tmp_path, code, *arguments):
    return Process("program", [sys.executable, "-c", code, *arguments], dict(os.environ), tmp_path / "program.log")


def test_a_program_is_waited_for_and_stopped_with_its_children(tmp_path, port, processes):
    processes.start([program(tmp_path, SERVES, str(port))])
    processes.wait_until_ready(f"http://127.0.0.1:{port}/")
    assert not is_free(port)
    processes.stop()
    assert processes.processes[0].running.poll() is not None
    wait_for(lambda: is_free(port), what="the child's end")


def test_a_killed_program_is_started_again(tmp_path, port, processes):
    served = program(tmp_path, SERVES, str(port))
    processes.start([served])
    processes.wait_until_ready(f"http://127.0.0.1:{port}/")
    first = served.running.pid
    os.killpg(first, signal.SIGKILL)
    wait_for(lambda: served.running.poll() is not None, what="the end of the killed program")
    processes.wait_until_ready(f"http://127.0.0.1:{port}/")
    assert served.running.pid != first
    assert served.restarts == 1
    assert "program ended; starting it again" in processes.output.getvalue()


def test_a_program_that_keeps_ending_is_given_up_with_the_way_to_its_log(tmp_path, port, processes):
    broken = program(tmp_path, "raise SystemExit('broken')")
    processes.start([broken])
    with pytest.raises(RuntimeError, match=f"program keeps ending.*{broken.log}"):
        processes.wait_until_ready(f"http://127.0.0.1:{port}/")
    assert broken.log.read_text().count("broken") == MOST_RESTARTS + 1


def test_the_ports_follow_the_first_one(tmp_path):
    programs = {
        process.name: process for process in stack(port=9000, var_dir=tmp_path, database_url="postgresql:///demo")
    }
    assert set(programs) == {"web", "worker", "sandbox", "mailbox"}
    for name, number in [("web", "9000"), ("sandbox", "9001"), ("mailbox", "9002")]:
        command = programs[name].command
        assert command[command.index("--port") + 1] == number
    environment = programs["web"].environment
    assert environment["SITE_URL"] == "http://localhost:9000"
    assert environment["STRIPE_API_BASE"] == "http://127.0.0.1:9001"
    assert environment["EMAIL_URL"] == "smtp://127.0.0.1:9003"
    assert environment["DATABASE_URL"] == "postgresql:///demo"


@pytest.mark.parametrize("taken", range(4))
def test_a_busy_port_is_one_clear_line(taken):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        first = next(port - step for step in range(taken, -1, -1) if all(map(is_free, range(port - step, port))))
        with pytest.raises(CommandError, match=f"Port {port} is in use. Choose another place") as refusal:
            call_command("demo", port=first)
    assert "\n" not in str(refusal.value)


def test_the_demo_does_not_run_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="does not run with PRODUCTION=1"):
        call_command("demo")
