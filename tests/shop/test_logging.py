"""The log says why a job failed, also of one that is tried again; and keeps quiet about those that go well."""

import logging

import pytest

worker = logging.getLogger("procrastinate.worker")


def test_reason_why_a_job_is_tried_again_is_in_the_log(caplog):
    try:
        raise ConnectionRefusedError("no mail server")
    except ConnectionRefusedError as error:
        worker.info("Job send[1]() ended with status: Error, to retry", exc_info=error)

    assert "no mail server" in caplog.text


@pytest.mark.parametrize("news", ["Starting job send[1]()", "Job send[1]() ended with status: Success"])
def test_good_news_of_the_worker_is_not(caplog, news):
    worker.info(news, exc_info=False)

    assert not caplog.records
