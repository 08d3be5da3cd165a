"""What happens by itself when its time has come: the name of a `due` row and what is done about it."""

from tests.stripe_sandbox import bank_debits
from tests.stripe_sandbox.billing.tasks import BILLING_TASKS
from tests.stripe_sandbox.due import Task
from tests.stripe_sandbox.resources import (
    balance_transactions,
    charges,
    disputes,
    early_fraud_warnings,
    payouts,
    refund_outcomes,
    sessions,
)

TASKS: dict[str, Task] = {
    "expire_session": sessions.expire_overdue,
    "settle_charge": charges.settle,
    "refund_succeeds_later": refund_outcomes.succeed_later,
    "refund_fails_later": refund_outcomes.fail_later,
    "dispute_charge": disputes.open_as_card_says,
    "dispute_unanswered": disputes.lose_if_unanswered,
    "dispute_won": disputes.win_if_open,
    "dispute_lost": disputes.lose_if_open,
    "warn_of_charge": early_fraud_warnings.warn_as_card_says,
    "become_available": balance_transactions.become_available,
    "pay_out": payouts.pay_out_daily,
    "payout_reconciled": payouts.become_reconciled,
    "payout_arrives": payouts.arrive,
    "debit_succeeds": bank_debits.succeed,
    "debit_fails": bank_debits.fail,
    "debit_returns": bank_debits.come_back,
    **BILLING_TASKS,
}
