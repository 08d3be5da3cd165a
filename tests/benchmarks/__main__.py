"""`make bench`: what a page costs, against a bare Django view that returns the same bytes from the same server.

Both run under granian, each with one worker, so that the other processor is free for the load. The rounds are
interleaved: what disturbs the machine disturbs both. Only the figures that do not depend on the machine's mood
(queries and bytes) decide over the exit code.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    for name in ("DATABASE_URL", "PRODUCTION", "DEBUG"):
        os.environ.pop(name, None)
    os.environ |= {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "shop.settings"}
    import django

    django.setup()
    from shop import embedded_postgres
    from tests.benchmarks.run import run

    try:
        return run(folder)
    finally:
        embedded_postgres.delete(folder)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
