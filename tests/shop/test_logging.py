"""The log says why a job failed, also of one that is tried again; and keeps quiet about those that go well."""

import logging
from collections.abc import Iterator

import pytest

# The worker logs under its own name.
WORKER = logging.getLogger("procrastinate.worker.worker")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What the site's log would hold; the stream itself is pytest's while tests run."""
    (console,) = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    lines: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if console.filter(record):
                lines.append(console.format(record))

    listener = Listener()
    logging.getLogger().addHandler(listener)
    yield lines
    logging.getLogger().removeHandler(listener)


def test_reason_why_a_job_is_tried_again_is_in_the_log(logged):
    try:
        raise ConnectionRefusedError("no mail server")
    except ConnectionRefusedError as error:
        WORKER.info("Job send[1]() ended with status: Error, to retry", exc_info=error)

    assert "no mail server" in logged[0]


@pytest.mark.parametrize("news", ["Starting job send[1]()", "Job send[1]() ended with status: Success"])
def test_good_news_of_the_worker_is_not(logged, news):
    WORKER.info(news, exc_info=False)

    assert not logged


def test_warnings_of_others_are(logged):
    logging.getLogger("shop.stripe_payments").warning("2 events had not arrived")

    assert "2 events had not arrived" in logged[0]
