"""The only writer of payment state.

Every change follows one pattern: ask Stripe for the truth outside any transaction, lock the payment's row, apply
the transition once, call the handler of each line, and write the change down, all in one transaction. So a change
may arrive by the return page, by a webhook, by a sweep, or by all at once and in any order.

Note [Who is told]
`settings.PAYMENT_PURPOSES` names a module for each purpose. It has

- `payment_succeeded(line, *, now)`,
- `payment_processing(line, *, now)`,
- `payment_failed(line, *, reason, now)` with reason "expired" or "failed",
- `payment_refunded(line, *, now)`: `line.refunded_minor` is what went back in all,
- `payment_disputed(line, *, outcome, now)` with outcome "opened", "won" or "lost".

Note [Who is told of promises]
`settings.SUBSCRIPTION_PURPOSES` names a module for each purpose of a subscription. It has

- `subscription_started(subscription, *, now)`, after the first payment was told,
- `payment_due(subscription, *, amount_minor, currency, now) -> str`: a later invoice is paid; returns the reference of
  the line that its payment gets, which is told of the money right after,
- `renewal_failed(subscription, *, invoice_id, amount_minor, attempt, next_try_at, now)`, once for each try,
- `renewal_needs_action(subscription, *, invoice_id, amount_minor, now)`, once for each invoice,
- `subscription_changed(subscription, *, what, now)` with what "amount_changed", "paused", "resumed", "canceled" (the
  donor asked for it) or "ended" (Stripe or staff did).

All of them run inside the transaction.
"""

from shop.stripe_payments.client import StripeDidNotAnswer, StripeRefused
from shop.stripe_payments.ledger.changes import PaymentMismatch, hold
from shop.stripe_payments.ledger.declines import note_declined
from shop.stripe_payments.ledger.disputes import apply_dispute, apply_fraud_warning, resolve_fraud_warning
from shop.stripe_payments.ledger.finding import find_payment
from shop.stripe_payments.ledger.invoices import (
    UnknownMoney,
    find_subscription,
    note_stuck,
    note_unpaid,
    take_over_invoice,
)
from shop.stripe_payments.ledger.payments import (
    NewLine,
    NewPromise,
    begin_new_attempt,
    close,
    open_payment,
    remember_session,
    settle,
    settle_session,
)
from shop.stripe_payments.ledger.payouts import record_movement, record_payout
from shop.stripe_payments.ledger.refunds import (
    UnableToRefund,
    apply_refund,
    begin_new_refund_attempt,
    fail_refund,
    refundable_minor,
    request_refund,
    take_over_refund,
)
from shop.stripe_payments.ledger.subscriptions import apply_subscription, ask_to_cancel, mirror, note_card_updated

__all__ = [
    "NewLine",
    "NewPromise",
    "PaymentMismatch",
    "StripeDidNotAnswer",
    "StripeRefused",
    "UnableToRefund",
    "UnknownMoney",
    "apply_dispute",
    "apply_fraud_warning",
    "apply_refund",
    "apply_subscription",
    "ask_to_cancel",
    "begin_new_attempt",
    "begin_new_refund_attempt",
    "close",
    "fail_refund",
    "find_payment",
    "find_subscription",
    "hold",
    "mirror",
    "note_card_updated",
    "note_declined",
    "note_stuck",
    "note_unpaid",
    "open_payment",
    "record_movement",
    "record_payout",
    "refundable_minor",
    "remember_session",
    "request_refund",
    "resolve_fraud_warning",
    "settle",
    "settle_session",
    "take_over_invoice",
    "take_over_refund",
]
