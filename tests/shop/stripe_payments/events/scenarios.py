"""What can happen at Stripe, one scenario for each row of the table of events, and what the site must know after it."""

from donations import giving
from donations.models import Gift
from shop.stripe_payments import ledger
from shop.stripe_payments.models import Payment
from tests.donations.gifts import start
from tests.hosted_page import IS_DECLINED, SUCCEEDS, pay
from tests.jobs import do_jobs
from tests.shop.stripe_payments.events.at_stripe import answer_dispute, refund_at_stripe, stripe_object
from tests.shop.stripe_payments.events.scenario import NOTHING, Scenario
from tests.shop.stripe_payments.orders import ask_for, make_order
from tests.stripe_sandbox.launch import Sandbox
from tests.stripe_sandbox.payer import pay_by_bank

DAY = 24 * 60 * 60
BANK_SUCCEEDS = "000123456789"
BANK_FAILS = "000111111116"
REFUND_TAKES_TIME = "4000000000007726"
REFUND_FAILS = "4000000000005126"


def order_on_the_page() -> Payment:
    """Bob's order of $26.50, whose hosted page is open."""
    return ask_for(make_order())


def gift_on_the_page(*, amount_minor: int = 5000) -> Gift:
    """Alice's gift of $50, whose hosted page is open."""
    gift = start(amount_minor=amount_minor)
    payment = Payment.objects.get(lines__reference=gift.reference)
    giving.ask_stripe(
        giving.StartedGift(gift, payment), item_name="Gift", site_url="http://testserver", cancel_path="/"
    )
    return gift


def page_of(gift: Gift) -> str:
    return Payment.objects.get(lines__reference=gift.reference).checkout_url


def paid_gift(*, card: str = SUCCEEDS, amount_minor: int = 5000) -> Payment:
    """Alice has paid, and Stripe alone knows."""
    gift = gift_on_the_page(amount_minor=amount_minor)
    pay(page_of(gift), card=card)
    return Payment.objects.get(lines__reference=gift.reference)


def known_gift(*, card: str = SUCCEEDS) -> Payment:
    """Alice has paid, and the site knows."""
    payment = ledger.settle(paid_gift(card=card).reference)
    do_jobs()
    return payment


def _an_order_is_paid(sandbox: Sandbox) -> None:
    pay(order_on_the_page().checkout_url)


def _a_gift_is_paid(sandbox: Sandbox) -> None:
    paid_gift()


def _a_page_runs_out(sandbox: Sandbox) -> None:
    order_on_the_page()
    sandbox.control("clock", offset=3600)


def _a_card_is_declined(sandbox: Sandbox) -> None:
    payment = order_on_the_page()
    for _time in range(2):
        pay(payment.checkout_url, card=IS_DECLINED)


def _the_fee_arrives(sandbox: Sandbox) -> None:
    ledger.settle(paid_gift().reference)
    do_jobs()
    sandbox.control("clock", offset=60)


def _a_bank_debit(sandbox: Sandbox, *, account: str, days: int) -> None:
    """Alice pays from her bank account; so many days later."""
    sandbox.control("bank-debit", on=True, days=4)
    pay_by_bank(page_of(gift_on_the_page()), account=account)
    sandbox.control("clock", offset=days * DAY)


def _a_debit_is_on_its_way(sandbox: Sandbox) -> None:
    _a_bank_debit(sandbox, account=BANK_SUCCEEDS, days=0)


def _a_debit_arrives(sandbox: Sandbox) -> None:
    _a_bank_debit(sandbox, account=BANK_SUCCEEDS, days=6)


def _a_debit_fails(sandbox: Sandbox) -> None:
    _a_bank_debit(sandbox, account=BANK_FAILS, days=6)


def _a_debit_is_returned(sandbox: Sandbox) -> None:
    """The bank wants it back after it arrived: a dispute that is lost at once."""
    _a_bank_debit(sandbox, account=BANK_SUCCEEDS, days=6)
    intent = only_intent()
    sandbox.control("dispute", payment_intent=intent)


def only_intent() -> str:
    """The payment intent of the only payment, as Stripe has it: the site may not know it yet."""
    session = stripe_object(Payment.objects.get().checkout_session_id or "")
    return str(session["payment_intent"])


def _a_part_is_refunded(sandbox: Sandbox) -> None:
    payment = known_gift()
    ledger.request_refund(line=payment.lines.get(), amount_minor=1200, reason="Asked for by the donor")
    do_jobs()


def _a_refund_made_at_stripe(sandbox: Sandbox) -> None:
    payment = paid_gift()
    refund_at_stripe(only_intent(), amount_minor=payment.amount_minor)


def _a_refund_takes_its_time(sandbox: Sandbox) -> None:
    known_gift(card=REFUND_TAKES_TIME)
    refund_at_stripe(only_intent(), amount_minor=2000)
    sandbox.control("clock", offset=60)


def _a_refund_fails_later(sandbox: Sandbox) -> None:
    known_gift(card=REFUND_FAILS)
    refund_at_stripe(only_intent(), amount_minor=5000)
    sandbox.control("clock", offset=60)


def _a_dispute(sandbox: Sandbox, *, end: str = "") -> None:
    paid_gift()
    dispute = sandbox.control("dispute", payment_intent=only_intent())
    if end:
        sandbox.control(end, dispute=dispute["id"])


def _a_dispute_opens(sandbox: Sandbox) -> None:
    _a_dispute(sandbox)


def _a_dispute_is_won(sandbox: Sandbox) -> None:
    _a_dispute(sandbox, end="win-dispute")


def _a_dispute_is_lost(sandbox: Sandbox) -> None:
    """Staff answered in Stripe's dashboard, and the bank was not convinced."""
    paid_gift()
    answer_dispute(sandbox.control("dispute", payment_intent=only_intent())["id"], "losing_evidence")
    sandbox.control("clock", offset=60)


def _a_warning_comes(sandbox: Sandbox) -> None:
    paid_gift()
    sandbox.control("fraud-warning", payment_intent=only_intent())


def _a_payout_is_paid(sandbox: Sandbox) -> str:
    payout = _pay_out_a_gift(sandbox)
    sandbox.control("clock", offset=5 * DAY)
    return payout


def _a_payout_fails(sandbox: Sandbox) -> str:
    payout = _pay_out_a_gift(sandbox)
    sandbox.control("fail-payout", payout=payout)
    return payout


def _pay_out_a_gift(sandbox: Sandbox) -> str:
    """The payout of Alice's gift alone: what other tests left is paid out before."""
    sandbox.control("payout", early=True)
    known_gift()
    return str(sandbox.control("payout", early=True)["id"])


DEBIT_GIFT = {"receipts": 1, "gifts": [("received", 5000, 0, 0)], "payments": [("paid", 5000, 0, 0, 0)], "paid": 1}
REFUND_TOLD = {"refund.created", "charge.refunded"}
DISPUTE_TOLD = {"charge.dispute.created", "charge.dispute.funds_withdrawn"}

SCENARIOS = [
    Scenario(
        "an order is paid",
        {"checkout.session.completed"},
        _an_order_is_paid,
        NOTHING | {"payments": [("paid", 2650, 0, 0, 0)], "paid": 1, "orders": [("Paid",)]},
        {"send_confirmation_mail": 1},
    ),
    Scenario(
        "a gift is paid",
        {"checkout.session.completed"},
        _a_gift_is_paid,
        NOTHING
        | {"payments": [("paid", 5000, 0, 0, 0)], "paid": 1, "gifts": [("received", 5000, 0, 0)], "receipts": 1},
        {"send_receipt_mail": 1},
    ),
    Scenario(
        "a hosted page runs out",
        {"checkout.session.expired"},
        _a_page_runs_out,
        NOTHING | {"payments": [("expired", 2650, 0, 0, 0)], "orders": [("Cancelled",)]},
    ),
    Scenario(
        "a card is declined",
        {"payment_intent.payment_failed"},
        _a_card_is_declined,
        NOTHING | {"payments": [("open", 2650, 0, 0, 2)], "orders": [("Awaiting payment",)]},
    ),
    Scenario(
        "the fee arrives late",
        {"charge.updated"},
        _the_fee_arrives,
        NOTHING
        | {"payments": [("paid", 5000, 0, 0, 0)], "paid": 1, "gifts": [("received", 5000, 0, 0)], "receipts": 1},
    ),
    Scenario(
        "a bank debit is on its way",
        {"checkout.session.completed"},
        _a_debit_is_on_its_way,
        NOTHING | {"payments": [("processing", 5000, 0, 0, 0)], "gifts": [("processing", 5000, 0, 0)]},
    ),
    Scenario(
        "a bank debit arrives",
        {"checkout.session.async_payment_succeeded"},
        _a_debit_arrives,
        NOTHING | DEBIT_GIFT,
        {"send_receipt_mail": 1},
    ),
    Scenario(
        "a bank debit fails",
        {"checkout.session.async_payment_failed"},
        _a_debit_fails,
        NOTHING | {"payments": [("failed", 5000, 0, 0, 0)], "gifts": [("abandoned", 5000, 0, 0)]},
    ),
    Scenario(
        "a bank debit is returned",
        {"charge.dispute.created", "charge.dispute.closed"},
        _a_debit_is_returned,
        NOTHING
        | {
            "payments": [("disputed", 5000, 0, 5000, 0)],
            "paid": 1,
            "disputes": [("lost", 5000)],
            "gifts": [("charged_back", 5000, 0, 5000)],
            "receipts": 1,
        },
        {"send_receipt_mail": 1, "send_correction_mail": 1},
    ),
    Scenario(
        "a part is refunded here",
        REFUND_TOLD,
        _a_part_is_refunded,
        NOTHING
        | {
            "payments": [("partly_refunded", 5000, 1200, 0, 0)],
            "paid": 1,
            "refunds": [("succeeded", 1200)],
            "gifts": [("received", 5000, 1200, 0)],
            "receipts": 1,
        },
    ),
    Scenario(
        "everything is refunded in Stripe's dashboard",
        REFUND_TOLD,
        _a_refund_made_at_stripe,
        NOTHING
        | {
            "payments": [("refunded", 5000, 5000, 0, 0)],
            "paid": 1,
            "refunds": [("succeeded", 5000)],
            "gifts": [("refunded", 5000, 5000, 0)],
            "receipts": 1,
        },
        {"send_receipt_mail": 1, "send_correction_mail": 1},
    ),
    Scenario(
        "a refund takes its time",
        {"refund.updated"},
        _a_refund_takes_its_time,
        NOTHING
        | {
            "payments": [("partly_refunded", 5000, 2000, 0, 0)],
            "paid": 1,
            "refunds": [("succeeded", 2000)],
            "gifts": [("received", 5000, 2000, 0)],
            "receipts": 1,
        },
        {"send_correction_mail": 1},
    ),
    Scenario(
        "a refund fails later",
        {"refund.failed"},
        _a_refund_fails_later,
        NOTHING | DEBIT_GIFT | {"refunds": [("failed", 5000)]},
    ),
    Scenario(
        "a dispute opens",
        DISPUTE_TOLD,
        _a_dispute_opens,
        NOTHING
        | {
            "payments": [("disputed", 5000, 0, 5000, 0)],
            "paid": 1,
            "disputes": [("needs_response", 5000)],
            "gifts": [("disputed", 5000, 0, 5000)],
            "receipts": 1,
        },
        {"send_receipt_mail": 1},
    ),
    Scenario(
        "a dispute is won",
        {"charge.dispute.closed", "charge.dispute.funds_reinstated"},
        _a_dispute_is_won,
        NOTHING | DEBIT_GIFT | {"disputes": [("won", 5000)]},
        {"send_receipt_mail": 1},
    ),
    Scenario(
        "a dispute is lost",
        {"charge.dispute.closed", "charge.dispute.updated"},
        _a_dispute_is_lost,
        NOTHING
        | {
            "payments": [("disputed", 5000, 0, 5000, 0)],
            "paid": 1,
            "disputes": [("lost", 5000)],
            "gifts": [("charged_back", 5000, 0, 5000)],
            "receipts": 1,
        },
        {"send_receipt_mail": 1, "send_correction_mail": 1},
    ),
    Scenario(
        "a card network warns of fraud",
        {"radar.early_fraud_warning.created"},
        _a_warning_comes,
        NOTHING | DEBIT_GIFT | {"warnings": 1},
        {"send_receipt_mail": 1},
    ),
    Scenario(
        "a payout is paid",
        {"payout.created", "payout.updated", "payout.paid", "payout.reconciliation_completed"},
        _a_payout_is_paid,
        NOTHING | DEBIT_GIFT | {"payouts": [("paid", True, True)]},
    ),
    Scenario(
        "a payout fails",
        {"payout.failed"},
        _a_payout_fails,
        NOTHING | DEBIT_GIFT | {"payouts": [("failed", False, False)]},
    ),
]
