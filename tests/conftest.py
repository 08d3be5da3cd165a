"""The cast and the stage of all tests."""

from collections.abc import Generator, Iterator

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.test import Client

from tests.guarded_form import ROOMY
from tests.running_demo import Demo, start_demo
from tests.stripe_sandbox.launch import Sandbox, start_sandbox


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed at a running demo shows what the demo's programs said: their logs end with them."""
    report = yield
    if report.when == "call" and report.failed and isinstance(item, pytest.Function):
        for demo in {id(it): it for it in item.funcargs.values() if isinstance(it, Demo)}.values():
            report.sections.append(("the demo's programs", demo.last_words()))
    return report


@pytest.fixture(scope="session", autouse=True)
def _settings_for_tests() -> Iterator[None]:
    """Pages are rendered anew for every test, static files are found where they lie, and limits have room."""
    from django.test.utils import override_settings

    with override_settings(
        **ROOMY,
        PAGE_CACHE_SECONDS=0,
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
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


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """One Stripe sandbox for the whole run; tests take `sandbox`. A request of the site that Stripe would not know fails the run."""
    with start_sandbox() as sandbox:
        yield sandbox
        refused = sandbox.control("refusals")["refusals"]
        assert not refused, f"the site sent what Stripe does not know: {refused}"


@pytest.fixture
def sandbox(running_sandbox, settings) -> Iterator[Sandbox]:
    """The Stripe sandbox, with the site's settings pointing at it and no fault planned."""
    settings.STRIPE_API_BASE = running_sandbox.url
    settings.STRIPE_SECRET_KEY = running_sandbox.api_key
    settings.STRIPE_WEBHOOK_SECRETS = [running_sandbox.webhook_secret]
    yield running_sandbox
    running_sandbox.control("clear")
    running_sandbox.control("end-subscriptions")  # the next test may let months pass
    running_sandbox.control("clock", offset=0)


@pytest.fixture(autouse=True)
def _forget_jobs(request, django_db_blocker) -> Iterator[None]:
    """Django empties its own tables after a test that commits; the jobs' table is Procrastinate's."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if commits or (marker is not None and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[Demo]:
    """The whole site as `make demo` runs it, in processes of its own. It has its own database: never mix it with `db`."""
    with start_demo(tmp_path_factory.mktemp("demo"), STRIPE_SANDBOX_CONTROL="1") as demo:
        yield demo
        log = (demo.var_dir / "logs" / "sandbox.log").read_text()
        assert "Refused by the contract" not in log, f"the site sent what Stripe does not know: {log}"
