"""The stage of the giving tests: the real programs, and browsers of Alice and of somebody else."""

import pytest
from django.core.management import call_command
from django.test import Client

from tests.donations.gifts import Browser


@pytest.fixture
def programs(request):
    """The programs and texts as they are shipped."""
    request.getfixturevalue("transactional_db" if _commits(request) else "db")
    call_command("load_programs", verbosity=0)


@pytest.fixture
def alice(programs) -> Browser:
    """Alice's browser, which has done nothing yet."""
    return Browser(Client())


@pytest.fixture
def somebody(programs) -> Browser:
    """Another browser, which has done nothing yet."""
    return Browser(Client())


def _commits(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
