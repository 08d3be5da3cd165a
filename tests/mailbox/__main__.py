"""A mailbox for the demo and the tests: takes every mail by SMTP, delivers none, and shows them in the browser.

python -m tests.mailbox --smtp-port 8003 --port 8002 --folder var/mailbox
"""

import argparse
import signal
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from werkzeug.serving import make_server

from tests.mailbox.letters import Letters
from tests.mailbox.pages import application


class _Keep:
    """Puts what arrives into the folder."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.letters.add(envelope.content, envelope.rcpt_tos)  # type: ignore[attr-defined]
        return "250 kept"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8002, help="where the browser reads the mail")
    parser.add_argument("--smtp-port", type=int, default=8003)
    parser.add_argument("--folder", type=Path, default=Path("var/mailbox"))
    options = parser.parse_args()

    letters = Letters(options.folder)
    post = Controller(_Keep(letters), hostname=options.host, port=options.smtp_port)
    post.start()
    reader = make_server(options.host, options.port, application(letters), threaded=True)
    threading.Thread(target=reader.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    post.stop()


if __name__ == "__main__":
    main()
