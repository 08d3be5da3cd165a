"""Stripe's documented test bank accounts and the checks that its page makes on one.

Source: https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-account-numbers
"""

from dataclasses import dataclass

from tests.stripe_sandbox.cards import Decline

TEST_ROUTING_NUMBER = "110000000"
_LONGEST_HOLDER = 255


def _failure(code: str, message: str) -> Decline:
    return Decline(code, code, message, field="account_number", type="invalid_request_error")


FAILURES = {
    "000111111113": _failure("account_closed", "The customer's bank account has been closed."),
    "000111111116": _failure("no_account", "The customer's bank account could not be located."),
    "000222222227": _failure(
        "insufficient_funds", "The customer's account has insufficient funds to cover this payment."
    ),
    "000333333335": _failure(
        "debit_not_authorized", "The customer has notified their bank that this payment was unauthorized."
    ),
}
SUCCEEDS = "000123456789"
IS_DISPUTED = "000555555559"
NEVER_ENDS = "000000000009"
_KNOWN = {*FAILURES, SUCCEEDS, IS_DISPUTED, NEVER_ENDS}


@dataclass(frozen=True)
class BankAccount:
    """One of the test accounts. How its debit ends is known only days later."""

    number: str

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fate(self) -> str:
        """The task that ends the debit, or nothing."""
        if self.number == NEVER_ENDS:
            return ""
        return "debit_fails" if self.number in FAILURES else "debit_succeeds"


class AccountRefused(ValueError):
    """What was typed is no test account: messages by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def read_account(*, routing_number: str, account_number: str, holder: str) -> BankAccount:
    """Check what was typed. Raises AccountRefused with one message for each wrong field."""
    problems: dict[str, str] = {}
    number = account_number.strip()
    if routing_number.strip() != TEST_ROUTING_NUMBER:
        problems["routing_number"] = f"Use the test routing number {TEST_ROUTING_NUMBER}."
    if number not in _KNOWN:
        problems["account_number"] = f"Use a test account number, such as {SUCCEEDS}."
    if not holder.strip():
        problems["account_holder"] = "Enter the name on the account."
    elif len(holder.strip()) > _LONGEST_HOLDER:
        problems["account_holder"] = f"The name may have at most {_LONGEST_HOLDER} characters."
    if problems:
        raise AccountRefused(problems)
    return BankAccount(number)
