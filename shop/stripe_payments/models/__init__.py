"""What this site knows of money: one row for every fact, checked by the database.

Written by `ledger` alone. Amounts are integer minor units. No personal data is kept here: an order or a gift
knows whose it is.
"""

from shop.stripe_payments.models.balance import BalanceEntry, Payout, Reconciliation, Watermark
from shop.stripe_payments.models.disputes import Dispute, FraudWarning
from shop.stripe_payments.models.events import StripeEvent
from shop.stripe_payments.models.payments import Payment, PaymentChange, PaymentLine
from shop.stripe_payments.models.references import random_reference
from shop.stripe_payments.models.refunds import Refund
from shop.stripe_payments.models.subscriptions import Subscription, SubscriptionChange

__all__ = [
    "BalanceEntry",
    "Dispute",
    "FraudWarning",
    "Payment",
    "PaymentChange",
    "PaymentLine",
    "Payout",
    "Reconciliation",
    "Refund",
    "StripeEvent",
    "Subscription",
    "SubscriptionChange",
    "Watermark",
    "random_reference",
]
