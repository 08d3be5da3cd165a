"""How refunds and disputes fall to merchandise, shipping, tax and gifts: to the cent, whatever the history."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from shop.dashboard.money.splitting import PARTS, PaymentSplitter, in_proportion

ORDER = Counter(merchandise=2400, shipping=250, tax=213)  # $28.63


def splitter(**gifts):
    return PaymentSplitter({1: ORDER, **{2: Counter(gifts)}} if gifts else {1: ORDER})


def charged(payment):
    total = sum(parts.total() for parts in payment.lines.values())
    payment.split(kind="charge", amount_minor=total, source_id="ch_1", named=[])
    return payment


def refund(payment, amount, *, source="re_1", line=1):
    return payment.split(kind="refund", amount_minor=-amount, source_id=source, named=[(line, amount)])


def test_a_charge_is_its_lines():
    parts = splitter(gifts=5000).split(kind="charge", amount_minor=7863, source_id="ch_1", named=[])
    assert +parts == Counter(merchandise=2400, shipping=250, tax=213, gifts=5000)


def test_a_partial_refund_is_taken_in_proportion_and_the_last_cents_by_the_largest_fraction():
    # Of 1000 cents: 838.28 merchandise, 87.32 shipping, 74.40 tax; the cent left over falls to tax.
    assert in_proportion(ORDER, 1000) == Counter(merchandise=838, shipping=87, tax=75)


def test_equal_fractions_fall_to_merchandise_first():
    assert in_proportion(Counter(merchandise=100, shipping=100), 1) == Counter(merchandise=1)


def test_a_refund_of_one_line_leaves_the_other_alone():
    parts = refund(charged(splitter(gifts=5000)), 5000, line=2)
    assert {name: amount for name, amount in parts.items() if amount} == {"gifts": -5000}


def test_a_failed_refund_puts_back_what_it_took_and_not_another_cent():
    payment = charged(splitter())
    first, second = refund(payment, 7, source="re_1"), refund(payment, 1000, source="re_2")
    back = payment.split(kind="refund_failure", amount_minor=7, source_id="re_1", named=[])
    assert {name: -back[name] for name in PARTS} == {name: first[name] for name in PARTS}
    rest = refund(payment, 1863, source="re_3")
    assert second.total() + rest.total() == -2863
    assert rest["other"] == 0, "all of it was there again"
    assert all(left == 0 for left in payment.left[1].values())


def test_a_dispute_takes_from_the_lines_in_their_order_and_gives_all_back_when_it_is_won():
    payment = charged(splitter(gifts=5000))
    parts = payment.split(kind="dispute", amount_minor=-4000, source_id="du_1", named=[])
    assert (parts["merchandise"], parts["shipping"], parts["tax"], parts["gifts"]) == (-2400, -250, -213, -1137)
    back = payment.split(kind="dispute_reversal", amount_minor=4000, source_id="du_1", named=[])
    assert {name: -back[name] for name in PARTS} == {name: parts[name] for name in PARTS}


def test_what_cannot_be_told_is_other_and_never_lost():
    payment = charged(splitter())
    assert refund(payment, 2863).total() == -2863
    too_much = payment.split(kind="dispute", amount_minor=-100, source_id="du_1", named=[])
    assert {name: amount for name, amount in too_much.items() if amount} == {"other": -100}
    assert payment.split(kind="adjustment", amount_minor=55, source_id="x", named=[]) == Counter(other=55)


WHOLE = st.integers(0, 5000)


@given(WHOLE, WHOLE, WHOLE, st.lists(st.integers(1, 4000), max_size=12))
def test_refunds_of_any_size_add_up_and_never_take_more_than_a_part_has(merchandise, shipping, tax, sizes):
    order = Counter(merchandise=merchandise + 1, shipping=shipping, tax=tax)
    payment = charged(PaymentSplitter({1: order}))
    taken: Counter[str] = Counter()
    for number, size in enumerate(sizes):
        amount = min(size, payment.left[1].total())
        if amount:
            parts = refund(payment, amount, source=f"re_{number}")
            assert parts.total() == -amount
            assert all(parts[name] <= 0 for name in PARTS)
            taken.update({name: -share for name, share in parts.items()})
    assert all(taken[name] <= order[name] for name in order)
    rest = payment.left[1].total()
    if rest:
        taken.update({name: -share for name, share in refund(payment, rest, source="re_last").items()})
    assert {name: taken[name] for name in order} == dict(order)


@given(st.integers(1, 2862))
def test_the_whole_is_taken_when_two_refunds_are_the_whole(first):
    payment = charged(splitter())
    both = refund(payment, first, source="re_1") + Counter()
    both = Counter({name: -amount for name, amount in refund(payment, 2863 - first, source="re_2").items()})
    assert payment.left[1].total() == 0
    assert both.total() == 2863 - first
