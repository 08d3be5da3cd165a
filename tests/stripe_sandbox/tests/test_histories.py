"""A long random history of payments, refunds, disputes, debits and payouts: the books add up to the cent at its end."""

import random
import re
from typing import Any

import pytest

from tests.stripe_sandbox import payer
from tests.stripe_sandbox.tests.in_process import InProcess, in_process
from tests.stripe_sandbox.tests.paying import DAY

_STEPS = 120
_CARDS = [payer.SUCCEEDS, payer.DISPUTED, payer.INQUIRED, payer.WARNED_OF, "4000000000007726", "4000000000005126"]
_ACCOUNTS = [payer.BANK_SUCCEEDS, payer.BANK_FAILS, payer.BANK_RETURNS, payer.BANK_NEVER_ANSWERS]


class History:
    """Does one random thing after another. What the sandbox refuses, it refuses: the books must hold all the same."""

    def __init__(self, sandbox: InProcess, seed: int) -> None:
        self.sandbox = sandbox
        self.chance = random.Random(seed)
        self.offset = 0.0

    def go_on(self) -> None:
        steps = [self.pay, self.pay, self.refund, self.dispute, self.decide, self.fail_a_payout, self.wait]
        self.chance.choice(steps)()

    def pay(self) -> None:
        price = {"currency": "usd", "unit_amount": self.chance.randint(50, 90_000), "product_data": {"name": "Gift"}}
        lines = [{"quantity": 1, "price_data": price}]
        session = self.sandbox.post(
            "/v1/checkout/sessions", {"mode": "payment", "success_url": "http://shop.example/", "line_items": lines}
        )
        path = f"/c/pay/{session['id']}"
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.sandbox.http.get(path).text))
        by_card = {"card_number": self.chance.choice(_CARDS), "expiration": "12/40", "cvc": "123", "name": "Alice"}
        by_bank = {"method": "us_bank_account", "routing_number": "110000000", "account_holder": "Alice"}
        by_bank["account_number"] = self.chance.choice(_ACCOUNTS)
        means = self.chance.choice([by_card, by_card, by_bank])
        answer = self.sandbox.http.post(path, data={**hidden, "email": "alice@example.org", **means})
        assert answer.status_code == 303

    def refund(self) -> None:
        if charge := self.some("charges"):
            amount = self.chance.randint(1, charge["amount"])
            self.sandbox.post("/v1/refunds", {"charge": charge["id"], "amount": amount})

    def dispute(self) -> None:
        if charge := self.some("charges"):
            self.sandbox.control("dispute", charge=charge["id"], inquiry=self.chance.random() < 0.2)

    def decide(self) -> None:
        if dispute := self.some("disputes"):
            self.sandbox.control(self.chance.choice(["win-dispute", "lose-dispute"]), dispute=dispute["id"])

    def fail_a_payout(self) -> None:
        if payout := self.some("payouts"):
            self.sandbox.control("fail-payout", payout=payout["id"])

    def wait(self) -> None:
        self.offset += self.chance.choice([60, 3600, DAY, 3 * DAY])
        self.sandbox.control("clock", offset=self.offset)

    def some(self, kind: str) -> Any:
        found = self.sandbox.get(f"/v1/{kind}", {"limit": 100})["data"]
        return self.chance.choice(found) if found else None


def all_of(sandbox: InProcess, path: str, **params: Any) -> list[Any]:
    found: list[Any] = []
    more: dict[str, Any] = {}
    while True:
        page = sandbox.get(path, {"limit": 100, **params, **more})
        found += page["data"]
        if not page["has_more"]:
            return found
        more = {"starting_after": found[-1]["id"]}


@pytest.fixture(scope="module", params=[1, 2])
def lived(request):
    with in_process(has_bank_debit=True, debit_days=2) as sandbox:
        history = History(sandbox, request.param)
        for _ in range(_STEPS):
            history.go_on()
        sandbox.control("clock", offset=history.offset + 200 * DAY)
        yield sandbox


def test_no_charge_gives_back_or_loses_more_than_it_brought(lived):
    rows = lived.control("ledger")["charges"]
    assert len(rows) > 20
    for row in rows:
        assert row["refunded"] + row["refund_pending"] <= row["amount"]
        assert row["net"] == row["amount"] - row["refunded"] - row["refund_pending"] - row["disputed"] - row["fee"]


def test_what_came_in_was_paid_out_or_is_left(lived):
    told = lived.control("ledger")
    total = told["totals"]["usd"]
    assert sum(row["net"] for row in told["charges"]) == total["net"] == total["paid_out"] + total["balance"]
    balance = lived.get("/v1/balance")
    assert balance["available"][0]["amount"] + balance["pending"][0]["amount"] == total["balance"]


def test_every_payout_is_the_sum_of_what_is_inside_and_nothing_is_in_two(lived):
    inside: list[str] = []
    for payout in all_of(lived, "/v1/payouts"):
        entries = all_of(lived, "/v1/balance_transactions", payout=payout["id"])
        assert sum(entry["net"] for entry in entries if entry["type"] != "payout") == payout["amount"] > 0
        assert sum(entry["net"] for entry in entries) == 0
        inside += [entry["id"] for entry in entries]
    assert len(inside) == len(set(inside)) > 20


def test_charges_tell_what_the_books_tell(lived):
    rows = {row["charge"]: row for row in lived.control("ledger")["charges"]}
    for charge in all_of(lived, "/v1/charges"):
        row = rows[charge["id"]]
        assert charge["amount_refunded"] == row["refunded"] + row["refund_pending"] + row["refund_waiting"]
        assert charge["disputed"] is (row["dispute"] is not None)
