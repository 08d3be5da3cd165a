"""Eight people want the last tag at the same moment."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.buyer import Buyer
from tests.hosted_page import pay

pytestmark = pytest.mark.journey

BUYERS = 8
MAKE_THE_LAST_TAG = """
from tests.goods import make_tag
print(make_tag(title="The very last tag", stock=1).pk)
"""
COUNT = """
from oscar.core.loading import get_model
lines = get_model("order", "Line").objects.filter(product_id={product})
record = get_model("partner", "StockRecord").objects.get(product_id={product})
print(lines.count(), record.num_in_stock, record.num_allocated)
"""


def test_of_eight_buyers_at_once_one_gets_the_last_tag_and_seven_are_told(demo):
    product = int(demo.run(MAKE_THE_LAST_TAG))
    buyers = [Buyer(demo, f"bob.{number}.last@example.com") for number in range(BUYERS)]
    for buyer in buyers:
        buyer.put_in_basket(product)
    all_at_once = threading.Barrier(BUYERS)
    with ThreadPoolExecutor(BUYERS) as pool:
        answers = list(pool.map(lambda buyer: [all_at_once.wait(), *buyer.check_out()][1:], buyers))

    lucky = [(buyer, where) for buyer, (status, where) in zip(buyers, answers, strict=True) if status == 303]
    told = [page for status, page in answers if status != 303]
    assert len(lucky) == 1
    assert [status for status, _ in answers if status != 303] == [200] * (BUYERS - 1)
    for page in told:
        text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
        assert "sold out" in text.lower()
        assert "The very last tag" in text
    assert demo.run(COUNT.format(product=product)) == "1 1 1"

    buyer, payment_page = lucky[0]
    assert pay(payment_page, email=buyer.email)[0] == 303
    letter = demo.letter_to(buyer.email)
    assert "The very last tag" in letter["text"]
    assert demo.run(COUNT.format(product=product)) == "1 1 1"
    for other in buyers:
        if other is not buyer:
            assert demo.letters_to(other.email) == []
