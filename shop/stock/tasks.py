"""The nightly look at the books: a stock record must be the sum of its movements."""

import logging

from procrastinate.contrib.django import app

from shop.stock import movements
from shop.tasks import tell_staff

logger = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping", pass_context=False)
def check_stock_records(timestamp: int) -> None:
    """Tell staff of every stock record that differs from its movements; nothing is changed."""
    for record, in_stock, allocated in movements.records_that_differ_from_their_movements():
        logger.error("Stock record %s differs from its movements by %+d/%+d", record, in_stock, allocated)
        tell_staff.defer(what="A stock count differs from its movements", reference=f"stock record {record}")
