"""Whether goods can be bought, in the words that buyers read."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from oscar.apps.partner.availability import *  # noqa: F403 -- an Oscar fork carries the rest of its module
from oscar.apps.partner.availability import StockRequired as OscarStockRequired
from oscar.apps.partner.availability import Unavailable as OscarUnavailable

FEW = 5


class Unavailable(OscarUnavailable):
    """The goods are not for sale: withdrawn, without a price, or without a stock record."""

    @property
    def message(self) -> str:
        return _("Not for sale at the moment")

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, str]:
        return False, _("This is not for sale at the moment.")


class StockRequired(OscarStockRequired):
    """Goods are sold while pieces are free; nothing is promised that is not there."""

    @property
    def message(self) -> str:
        if self.num_available <= 0:
            return _("Sold out")
        if self.num_available <= FEW:
            return _("Only %(left)d left") % {"left": self.num_available}
        return _("In stock")

    @property
    def short_message(self) -> str:
        return self.message

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, str]:
        if self.num_available <= 0:
            return False, _("This is sold out.")
        if quantity > self.num_available:
            left = self.num_available
            return False, ngettext("Only %(left)d is left.", "Only %(left)d are left.", left) % {"left": left}
        return True, ""
