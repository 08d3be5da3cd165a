from oscar.apps.dashboard.catalogue.formsets import *  # noqa: F403 -- an Oscar fork carries the rest of its module
from oscar.apps.dashboard.catalogue.formsets import StockRecordFormSet as OscarStockRecordFormSet


class StockRecordFormSet(OscarStockRecordFormSet):
    """One record a product, and none is deleted: its movements are the books of the stock."""

    max_num = 1
    validate_max = True
    can_delete = False
