"""The cast and the stage of all tests."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client


@pytest.fixture(scope="session", autouse=True)
def _settings_for_tests() -> Iterator[None]:
    """Pages are rendered anew for every test, and static files are found where they lie."""
    from django.test.utils import override_settings

    with override_settings(
        PAGE_CACHE_SECONDS=0,
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _uploads_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def person(name: str, **kwargs: object) -> AbstractBaseUser:
    """A user with an account, called `name`, with the address `name@example.com`."""
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_user(
        username=name, email=f"{name}@example.com", password=f"{name}-likes-tags", **kwargs
    )


@pytest.fixture
def sam(db) -> AbstractBaseUser:
    """Sam is staff and may do everything."""
    return person("sam", is_staff=True, is_superuser=True)


@pytest.fixture
def charlie(db) -> AbstractBaseUser:
    """Charlie has an account and may see nothing of the others'."""
    return person("charlie")


@pytest.fixture
def sam_client(sam) -> Client:
    client = Client()
    client.force_login(sam)
    return client


@pytest.fixture
def charlie_client(charlie) -> Client:
    client = Client()
    client.force_login(charlie)
    return client
