"""What a test may change while the sandbox runs; `clear` puts it back as the program was started."""

import logging
from dataclasses import dataclass, field

from tests.stripe_sandbox.webhooks.outbox import Outbox

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """A request that Stripe would not have understood, or that the sandbox does not imitate."""

    method: str
    path: str
    message: str


@dataclass
class Conditions:
    """`has_bank_debit`: whether sessions offer a bank account beside the card. `debit_days`: until a debit is known to have worked.
    `has_daily_payouts`: whether what is available is paid out each midnight (UTC). `refusals`, which `clear` keeps, tell what the
    contract refused since the start. `lag`: seconds that whoever runs the demo let pass here and not at the site; moments to come that
    the site names are read by the site's clock.
    """

    has_bank_debit: bool = False
    debit_days: float = 4
    has_daily_payouts: bool = True
    lag: int = 0
    outbox: Outbox = field(default_factory=Outbox)
    refusals: list[Refusal] = field(default_factory=list)
    _started_as: tuple[bool, float, bool] = field(init=False)

    def __post_init__(self) -> None:
        self._started_as = (self.has_bank_debit, self.debit_days, self.has_daily_payouts)

    def clear(self) -> None:
        self.has_bank_debit, self.debit_days, self.has_daily_payouts = self._started_as
        self.outbox.clear()

    def note_refusal(self, method: str, path: str, message: str) -> None:
        self.refusals.append(Refusal(method.upper(), path, message))
        logger.warning("Refused by the contract: %s %s: %s", method.upper(), path, message)
