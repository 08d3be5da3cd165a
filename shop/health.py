"""Is the site up, and is it ready? For load balancers and for the person on call."""

from datetime import timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

WORKER_SILENCE = timedelta(minutes=1)


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, is migrated, and a worker was heard of within a minute; else 503 and why."""
    checks = {"database": "ok", "migrations": "ok", "worker": "ok"}
    try:
        checks["migrations"] = _migrations()
        checks["worker"] = worker_state()
    except (OperationalError, DatabaseError):
        checks = {"database": "does not answer", "migrations": "unknown", "worker": "unknown"}
    is_ready = set(checks.values()) == {"ok"}
    return JsonResponse({"ready": is_ready, **checks}, status=200 if is_ready else 503)


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} to apply" if waiting else "ok"


def worker_state() -> str:
    """ "ok", or since when nobody does jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [timezone.now() - WORKER_SILENCE]
        )
        return "ok" if cursor.fetchone()[0] else f"none heard of for {WORKER_SILENCE.seconds} seconds"
