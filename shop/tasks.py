"""Jobs of the site itself: telling staff, and putting back to work what a killed worker left behind."""

import logging

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

from shop import mail

logger = logging.getLogger(__name__)

WORKER_SILENCE_SECONDS = 30


class Patience(BaseRetryStrategy):
    """Tries again after 3 seconds, 6, 12, ... and then every hour, for about a day.

    A hiccup delays a receipt by a breath, and a mail server that was away for hours finds it soon after.
    """

    FIRST_SECONDS = 3
    LONGEST_SECONDS = 60 * 60
    MOST_TRIES = 35

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= self.MOST_TRIES:
            return None
        return RetryDecision(retry_in={"seconds": min(self.FIRST_SECONDS * 2**job.attempts, self.LONGEST_SECONDS)})


PATIENT = Patience()


@app.task(queue="mail", retry=PATIENT)
def tell_staff(what: str, reference: str) -> None:
    """Mail staff that something needs a person. `what` is a sentence without personal data."""
    mail.send_to_staff(what=what, reference=reference)


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", pass_context=False)
async def put_abandoned_jobs_back(timestamp: int) -> None:
    """Give the jobs of a worker that was killed to another one.

    Every job of this site may run twice: what it does is written down once, in the database.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=WORKER_SILENCE_SECONDS):
        if job.status == Status.DOING.value:
            logger.warning("Job %s (%s) was abandoned; it starts again", job.id, job.task_name)
            try:
                await app.job_manager.retry_job(job)
            except ConnectorException:  # a twin of it waits already
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
