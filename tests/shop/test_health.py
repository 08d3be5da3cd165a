"""What a load balancer and the person on call are told."""

import pytest
from django.db import connection
from django.test import Client


def tell_of_worker(*, seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


@pytest.mark.django_db
def test_ready_when_database_migrations_and_worker_are():
    tell_of_worker(seconds_ago=1)
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": "ok", "migrations": "ok", "worker": "ok"}


@pytest.mark.django_db
def test_a_silent_worker_is_named():
    tell_of_worker(seconds_ago=100)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["worker"] == "none heard of for 60 seconds"
    assert response.json()["ready"] is False


@pytest.mark.django_db
def test_a_migration_that_waits_is_counted():
    tell_of_worker(seconds_ago=1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'stock'")
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert "to apply" in response.json()["migrations"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_named_and_the_process_is_still_up(settings):
    connection.close()
    host = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        assert Client().get("/healthz").text == "ok\n"
        response = Client().get("/readyz")
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host
    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "database": "does not answer",
        "migrations": "unknown",
        "worker": "unknown",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_answer_is_never_kept(path):
    assert "no-store" in Client().get(path)["Cache-Control"]
