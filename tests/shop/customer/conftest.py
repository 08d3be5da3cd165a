import pytest
from django.test import Client

from tests.conftest import person


def browser(address: str = "192.0.2.7") -> Client:
    """A browser of its own, somewhere, that says where its forms come from as browsers do."""
    return Client(headers={"sec-fetch-site": "same-origin"}, enforce_csrf_checks=True, REMOTE_ADDR=address)


@pytest.fixture
def alice(db):
    """Alice has an account."""
    return person("alice", first_name="Alice Archer")


@pytest.fixture
def alice_browser(alice):
    """Alice, signed in by her password."""
    client = browser()
    response = client.post("/accounts/login/", {"email": "alice@example.com", "password": "alice-likes-tags"})
    assert response.status_code == 302
    return client


@pytest.fixture
def stranger(db):
    """A browser that has done nothing yet."""
    return browser("198.51.100.9")
