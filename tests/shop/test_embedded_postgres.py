"""The database that the site starts for itself: nobody's home is opened, nothing is left behind."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from shop import embedded_postgres

USE_AND_DELETE = """
import sys
from pathlib import Path
import psycopg
from shop import embedded_postgres

var_dir = Path(sys.argv[1])
address = embedded_postgres.start(var_dir)
assert embedded_postgres.start(var_dir) == address
with psycopg.connect(address) as connection:
    print(connection.execute("SHOW server_version_num").fetchone()[0])
    print(connection.execute("SHOW listen_addresses").fetchone()[0] or "no address")
directory = embedded_postgres.data_directory(var_dir)
print(oct(directory.stat().st_mode & 0o777))
embedded_postgres.delete(var_dir)
print(directory.exists())
"""


def modes_of_homes() -> dict[Path, int]:
    homes = {Path.home(), Path("/root"), Path("/home"), Path(settings.BASE_DIR), *Path(settings.BASE_DIR).parents}
    return {home: stat.S_IMODE(home.stat().st_mode) for home in homes if home.exists()}


def test_it_starts_serves_a_socket_only_and_leaves_every_home_as_it_was(tmp_path):
    tmp_path.chmod(0o700)
    before = modes_of_homes()
    done = subprocess.run(
        [sys.executable, "-c", USE_AND_DELETE, str(tmp_path)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    version, addresses, mode, is_left = done.stdout.split("\n")[:4]
    assert int(version) >= 180000
    assert addresses in ("no address", "127.0.0.1")
    assert mode == "0o700"
    assert is_left == "False"
    assert modes_of_homes() == before
    if os.geteuid() == 0:
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_stopping_what_does_not_run_is_no_fault(tmp_path):
    embedded_postgres.stop(tmp_path)
    embedded_postgres.delete(tmp_path)


def test_two_folders_have_two_databases(tmp_path):
    one, two = (embedded_postgres.data_directory(tmp_path / name) for name in ("one", "two"))
    assert one != two
    assert embedded_postgres.data_directory(tmp_path / "one") == one
