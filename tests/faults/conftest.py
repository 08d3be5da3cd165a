"""What the fault tests do to the running demo."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.buyer import Buyer
from tests.faults.database import Database
from tests.running_demo import Demo

MAKE_A_TAG = """
from tests.goods import make_tag
print(make_tag(title="A sturdy tag", stock=5000).pk)
"""


@pytest.fixture(scope="package")
def product(demo: Demo) -> int:
    return int(demo.run(MAKE_A_TAG))


@pytest.fixture(scope="package")
def database(demo: Demo) -> Database:
    return Database(demo)


@pytest.fixture
def bob(demo: Demo, product: int, request: pytest.FixtureRequest) -> Buyer:
    """Has one tag in his basket, and a mail address for this test alone."""
    bob = Buyer(demo, f"{request.node.name.replace('_', '-')}@example.com")
    bob.put_in_basket(product)
    return bob


@pytest.fixture
def silenced(demo: Demo) -> Callable[..., AbstractContextManager[None]]:
    """`with silenced("tests.mailbox"):` the program takes connections and says nothing, until the block ends."""

    @contextmanager
    def silenced(*words: str) -> Iterator[None]:
        pids = demo.pids_of(*words)
        assert pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    return silenced
