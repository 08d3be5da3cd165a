"""Web or worker is killed at every step between "place order" and "mail sent".

Whatever was killed: what is paid is recorded within ten minutes, nobody is charged twice, and one mail is sent.
"""

import time

import pytest

from tests.faults.counts import KILLS_AT_EACH_STEP
from tests.faults.steps import STEPS, job_has_settled, mail_is_sent
from tests.faults.trial import Trial

# The worker does two jobs at once: while one is held at its end, the other may be the mail.
MAIL_IS_IN_HAND = (job_has_settled, mail_is_sent)


@pytest.fixture
def trial_number(demo, database, product, request):
    """Makes the trial of this number: another buyer each time."""

    def trial_number(number: int) -> Trial:
        step = request.node.callspec.id.replace("_", "-")
        return Trial(demo, database, product, f"{step}.{number}@example.com")

    yield trial_number
    demo.stripe.control("clear")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_paid_is_recorded_once_and_told_once(step, trial_number):
    began = time.monotonic()
    for number in range(KILLS_AT_EACH_STEP):
        trial = trial_number(number)
        step(trial)
        trial.let_ten_minutes_pass()
        if not trial.has_paid:
            # The buyer had no page to pay on, and tries again in the same browser.
            trial.place_order()
            trial.pay()
        trial.check_that_one_payment_was_taken_and_told()
        letters = trial.demo.letters_to(trial.bob.email)
        # Nobody can know whether a mail server took a mail in hand: the second one says that it is the first again.
        assert len({letter["headers"]["Message-ID"] for letter in letters}) == 1
        assert len(letters) == 1 or step in MAIL_IS_IN_HAND
    print(f"{KILLS_AT_EACH_STEP} kills, {time.monotonic() - began:.0f} s")  # noqa: T201 -- figures for the note
