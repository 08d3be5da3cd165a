"""`python -m tests.stripe_sandbox`: runs until it is told to stop."""

import logging
import signal
import sys
import threading
from types import FrameType

from tests.stripe_sandbox.options import LiveKeyRefused, WrongOptions, from_process
from tests.stripe_sandbox.program import Program
from tests.stripe_sandbox.server import serve


def main(arguments: list[str]) -> int:
    logging.basicConfig(level=logging.INFO, format="stripe-sandbox: %(message)s", stream=sys.stderr)
    try:
        options = from_process(arguments)
    except (LiveKeyRefused, WrongOptions) as refusal:
        sys.stderr.write(f"stripe-sandbox: {refusal}\n")
        return 2
    program = Program(options)
    try:
        server = serve(program)
    except OSError as error:
        sys.stderr.write(f"stripe-sandbox: port {options.port} on {options.host} cannot be used: {error.strerror}\n")
        return 1

    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    program.courier.start()
    sys.stdout.write(f"Stripe sandbox: http://{options.host}:{server.port}/ (no real money moves)\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
        program.courier.stop()
        program.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
