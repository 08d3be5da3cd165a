"""Everybody wants the last item at the same moment: one gets it, the others are told, and only who got it pays."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import stripe

from tests.buyer import Buyer
from tests.faults.counts import BUYERS_AT_ONCE, ROUNDS_FOR_THE_LAST_ITEM
from tests.hosted_page import pay
from tests.waiting import wait_for

MAKE_THE_LAST_ONE = """
from tests.goods import make_tag
print(make_tag(title="The very last tag", stock=1).pk)
"""
ONE_MORE_ARRIVES = """
from oscar.core.loading import get_model
from shop.stock import movements
movements.receive(stockrecord_id=get_model("partner", "StockRecord").objects.get(product_id={product}).pk, quantity=1)
"""
COUNTS = """
from oscar.core.loading import get_model
lines = get_model("order", "Line").objects.filter(product_id={product})
record = get_model("partner", "StockRecord").objects.get(product_id={product})
print(lines.count(), lines.filter(order__status="Paid").count(), record.num_in_stock, record.num_allocated)
"""


def test_one_gets_the_last_item_and_all_others_are_told(demo):
    began, seconds = time.monotonic(), []
    product = int(demo.run(MAKE_THE_LAST_ONE))
    buyers = [Buyer(demo, f"bob.{number}.last@example.com") for number in range(BUYERS_AT_ONCE)]
    paid: Counter[str] = Counter()
    with ThreadPoolExecutor(BUYERS_AT_ONCE) as pool:
        list(pool.map(lambda buyer: buyer.put_in_basket(product), buyers))
        pages = list(pool.map(lambda buyer: buyer.get("/checkout/")[1], buyers))
        for number in range(1, ROUNDS_FOR_THE_LAST_ITEM + 1):
            start = time.monotonic()
            winner, page, pages = everybody_checks_out(pool, buyers, pages)
            seconds.append(time.monotonic() - start)
            assert demo.run(COUNTS.format(product=product)) == f"{number} {number - 1} {number} {number}"
            status, back = pay(page, email=winner.email)
            assert status == 303
            assert "Thank you" in winner.get(winner.get(back.removeprefix(demo.site))[1])[1]
            paid[winner.email] += 1
            assert demo.run(COUNTS.format(product=product)) == f"{number} {number} {number} {number}"
            if number % 10 == 0:
                print(f"round {number}: {sum(paid.values())} orders")  # noqa: T201 -- it takes a while
            if number < ROUNDS_FOR_THE_LAST_ITEM:
                demo.run(ONE_MORE_ARRIVES.format(product=product))
                winner.put_in_basket(product)
                pages[buyers.index(winner)] = winner.get("/checkout/")[1]
    assert charges_by_mail(demo) == paid
    for email, orders in paid.items():
        wait_for(lambda: len(demo.letters_to(email)) == orders, what="the mails")  # noqa: B023 -- asked at once
    told = (BUYERS_AT_ONCE - 1) * ROUNDS_FOR_THE_LAST_ITEM
    print(  # noqa: T201 -- figures for the note
        f"{BUYERS_AT_ONCE} buyers, {ROUNDS_FOR_THE_LAST_ITEM} rounds: {sum(paid.values())} orders, {told} told, "
        f"at most {max(seconds):.1f} s a round, {time.monotonic() - began:.0f} s in all"
    )


def everybody_checks_out(pool, buyers, pages):
    """The one who got it, that buyer's payment page, and the page that each of the others sees now."""
    all_at_once = threading.Barrier(len(buyers))

    def check_out(buyer, page):
        all_at_once.wait()
        return buyer.check_out(page)

    answers = list(pool.map(check_out, buyers, pages))
    lucky = [number for number, (status, _) in enumerate(answers) if status == 303]
    assert len(lucky) == 1
    for number, (status, page) in enumerate(answers):
        if number not in lucky:
            assert status == 200
            text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
            assert "Something sold out meanwhile" in text
            assert "The very last tag" in text
    return buyers[lucky[0]], answers[lucky[0]][1], [page for _, page in answers]


def charges_by_mail(demo) -> Counter[str]:
    api = stripe.StripeClient("sk_test_demo", base_addresses={"api": demo.sandbox}).v1
    sessions = api.checkout.sessions.list({"status": "complete", "limit": 100}).auto_paging_iter()
    return Counter(
        session.customer_email for session in sessions if session.customer_email.endswith(".last@example.com")
    )
