"""Every step between "place order" and "mail sent", and how a program is brought to stand exactly there and is killed.

A program stands still at a step because Stripe or the mail server does not answer, or because what it needs next in the
database is held. On the return page and later, the webhooks are lost or late where the step would be healed by them.
"""

from tests.faults.trial import WEB, WORKER, Trial
from tests.waiting import wait_for

_HOLD_PAYMENT = (
    "SELECT 1 FROM stripe_payments_payment p JOIN stripe_payments_paymentline l ON l.payment_id = p.id "
    "JOIN order_order o ON o.number = l.reference WHERE o.guest_email = %s FOR NO KEY UPDATE OF p"
)
_HOLD_EVENTS = "LOCK TABLE stripe_payments_stripeevent IN SHARE MODE"
_IS_TOLD = (
    "SELECT 1 FROM stripe_payments_stripeevent e JOIN stripe_payments_payment p ON p.checkout_session_id = e.object_id "
    "JOIN stripe_payments_paymentline l ON l.payment_id = p.id JOIN order_order o ON o.number = l.reference "
    "WHERE e.type = 'checkout.session.completed' AND o.guest_email = %s"
)
_HOLD_TOLD = f"{_IS_TOLD} FOR NO KEY UPDATE OF e"
_IS_MAILING = "SELECT id FROM procrastinate_jobs WHERE task_name LIKE '%%.send_confirmation_mail' AND status = %s"


# -- Web, until the buyer has a payment page.
def order_is_being_written(trial: Trial) -> None:
    hold = "SELECT 1 FROM partner_stockrecord WHERE product_id = %s FOR UPDATE"
    with trial.database.held(hold, trial.product), trial.meanwhile(trial.place_order):
        trial.database.wait_until_somebody_stands_still()
        trial.kill(*WEB)
    assert trial.order_of("count(*)") == 0, "all or nothing"


def stripe_is_being_asked(trial: Trial) -> None:
    _let_stripe(trial, "timeout_before_commit")
    with trial.meanwhile(trial.place_order):
        trial.wait_for_order("true", what="the recorded order")
        trial.kill(*WEB)
    assert trial.sessions() == []


def stripe_has_made_the_page(trial: Trial) -> None:
    _let_stripe(trial, "timeout_after_commit")
    with trial.meanwhile(trial.place_order):
        wait_for(trial.sessions, what="the page at Stripe")
        trial.kill(*WEB)


def page_is_being_remembered(trial: Trial) -> None:
    _let_stripe(trial, "slow")
    with trial.meanwhile(trial.place_order):
        trial.wait_for_order("true", what="the recorded order")
        with trial.database.held(_HOLD_PAYMENT, trial.bob.email):
            trial.database.wait_until_somebody_stands_still()
            trial.kill(*WEB)
    assert len(trial.sessions()) == 1


def buyer_is_being_sent_to_the_page(trial: Trial) -> None:
    with trial.database.held("LOCK TABLE django_session IN SHARE MODE"), trial.meanwhile(trial.place_order):
        trial.wait_for_order("p.checkout_url <> ''", what="the remembered page")
        trial.database.wait_until_somebody_stands_still()
        trial.kill(*WEB)


# -- Web, once the buyer has paid.
def return_page_asks_stripe(trial: Trial) -> None:
    trial.place_order()
    _lose_webhooks(trial)
    back = trial.pay()
    trial.demo.stripe.control("fault", kind="slow", seconds=2, method="GET", path="/v1/checkout/sessions/")
    with trial.meanwhile(lambda: trial.bob.get(back)):
        wait_for(lambda: not trial.has_fault_left(), what="the question to Stripe")
        trial.kill(*WEB)


def return_page_settles(trial: Trial) -> None:
    trial.place_order()
    _lose_webhooks(trial)
    back = trial.pay()
    with trial.database.held(_HOLD_PAYMENT, trial.bob.email), trial.meanwhile(lambda: trial.bob.get(back)):
        trial.database.wait_until_somebody_stands_still()
        trial.kill(*WEB)
    assert trial.order_of("p.status") == "open"


def return_page_has_settled(trial: Trial) -> None:
    trial.place_order()
    _lose_webhooks(trial)
    back = trial.pay()
    with trial.meanwhile(lambda: trial.bob.get(back)):
        trial.wait_for_order("p.paid_at IS NOT NULL", what="the settled payment")
        trial.kill(*WEB)


def webhook_is_being_stored(trial: Trial) -> None:
    trial.place_order()
    with trial.database.held(_HOLD_EVENTS):
        trial.pay()
        trial.database.wait_until_somebody_stands_still()
        trial.kill(*WEB)
    assert trial.database.ask(_IS_TOLD, trial.bob.email) is None


def webhook_is_stored(trial: Trial) -> None:
    trial.place_order()
    with trial.frozen(*WORKER):
        trial.pay()
        trial.database.wait_for(_IS_TOLD, trial.bob.email, what="the stored event")
        trial.kill(*WEB)


# -- The worker.
def job_waits(trial: Trial) -> None:
    trial.place_order()
    with trial.frozen(*WORKER):
        trial.pay()
        trial.database.wait_for(_IS_TOLD, trial.bob.email, what="the stored event")
        trial.kill(*WORKER)


def job_asks_stripe(trial: Trial) -> None:
    trial.place_order()
    trial.demo.stripe.control("fault", kind="slow", seconds=2, method="GET", path="/v1/checkout/sessions/")
    trial.pay()
    wait_for(lambda: not trial.has_fault_left(), what="the question to Stripe")
    trial.kill(*WORKER)


def job_settles(trial: Trial) -> None:
    trial.place_order()
    with trial.database.held(_HOLD_PAYMENT, trial.bob.email):
        trial.pay()
        trial.database.wait_until_somebody_stands_still()
        trial.kill(*WORKER)
    assert trial.order_of("p.status") == "open"


def job_has_settled(trial: Trial) -> None:
    """And has not yet written down that the event is dealt with."""
    trial.place_order()
    with trial.frozen(*WORKER):
        trial.pay()
        trial.database.wait_for(_IS_TOLD, trial.bob.email, what="the stored event")
        held = trial.database.held(_HOLD_TOLD, trial.bob.email)
        held.__enter__()
    try:
        trial.wait_for_order("p.paid_at IS NOT NULL", what="the settled payment")
        trial.database.wait_until_somebody_stands_still()
        trial.kill(*WORKER)
    finally:
        held.__exit__(None, None, None)


def worker_speaks_to_the_mail_server(trial: Trial) -> None:
    trial.place_order()
    with trial.frozen("tests.mailbox"):
        trial.pay()
        trial.database.wait_for(_IS_MAILING, "doing", what="the worker at the mail server")
        trial.kill(*WORKER)
    assert trial.demo.letters_to(trial.bob.email) == []


def mail_is_sent(trial: Trial) -> None:
    """And it is not yet written down that it was."""
    trial.place_order()
    with trial.frozen("tests.mailbox"):
        trial.pay()
        job = trial.database.wait_for(_IS_MAILING, "doing", what="the worker at the mail server")
        held = trial.database.held("SELECT 1 FROM procrastinate_jobs WHERE id = %s FOR UPDATE", job)
        held.__enter__()
    try:
        wait_for(lambda: trial.demo.letters_to(trial.bob.email), what="the mail")
        trial.database.wait_until_somebody_stands_still()
        trial.kill(*WORKER)
    finally:
        held.__exit__(None, None, None)


STEPS = (
    order_is_being_written,
    stripe_is_being_asked,
    stripe_has_made_the_page,
    page_is_being_remembered,
    buyer_is_being_sent_to_the_page,
    return_page_asks_stripe,
    return_page_settles,
    return_page_has_settled,
    webhook_is_being_stored,
    webhook_is_stored,
    job_waits,
    job_asks_stripe,
    job_settles,
    job_has_settled,
    worker_speaks_to_the_mail_server,
    mail_is_sent,
)


def _let_stripe(trial: Trial, kind: str) -> None:
    trial.demo.stripe.control("fault", kind=kind, seconds=1.5, method="POST", path="/v1/checkout/sessions")


def _lose_webhooks(trial: Trial) -> None:
    trial.demo.stripe.control("drop-webhooks", ratio=1)
