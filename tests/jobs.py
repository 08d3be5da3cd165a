"""Does what the worker would do, at once and in this process."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def waiting_jobs() -> list[str]:
    """The names of the jobs that wait, oldest first, without the room they are in."""
    names = ProcrastinateJob.objects.filter(status="todo").order_by("id").values_list("task_name", flat=True)
    return [name.rsplit(".", 1)[-1] for name in names]


def do_jobs() -> list[str]:
    """Run every waiting job, and what these defer in turn. Returns the names of what was run; raises what a job raises."""
    done = []
    while (job := _next_job()) is not None:
        app.tasks[job.task_name].func(**job.args)
        _finish(job.id)
        done.append(job.task_name.rsplit(".", 1)[-1])
    return done


def _next_job() -> ProcrastinateJob | None:
    return ProcrastinateJob.objects.filter(status="todo").order_by("id").first()


def _finish(job_id: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
