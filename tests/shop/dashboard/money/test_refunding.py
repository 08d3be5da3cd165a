"""Sam gives money back: whole or in part, with a reason, after a second look, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from shop.dashboard.money import refunding
from shop.stripe_payments import ledger
from shop.stripe_payments.models import Payment, Refund
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.dashboard.money.stage import hear, hidden_fields, refund

pytestmark = pytest.mark.django_db


def amount(payment, typed):
    return {f"amount_{payment.lines.get().pk}": typed}


def address(payment):
    return f"/dashboard/money/payments/{payment.reference}/refund/"


def test_the_whole_goes_back_with_its_reason_and_author(sam_client, sam, sandbox, paid):
    answer = refund(sam_client, paid)
    assert answer.url == f"/dashboard/money/payments/{paid.reference}/"
    assert "A refund of $26.50 is on its way" in sam_client.get(answer.url).text
    made = Refund.objects.get()
    assert (made.amount_minor, made.reason, made.requested_by) == (2650, "Came too late", sam)
    hear(sandbox)
    paid.refresh_from_db()
    assert (paid.status, paid.refunded_minor) == ("refunded", 2650)


def test_a_part_goes_back_and_the_rest_can_follow(sam_client, sandbox, paid):
    refund(sam_client, paid, how="part", **amount(paid, "$6.50"))
    hear(sandbox)
    paid.refresh_from_db()
    assert (paid.status, paid.refunded_minor) == ("partly_refunded", 650)
    assert "Everything that is left: $20.00" in sam_client.get(address(paid)).text
    refund(sam_client, paid)
    hear(sandbox)
    paid.refresh_from_db()
    assert paid.status == "refunded"
    assert "went back already" in sam_client.get(address(paid)).text


def test_nothing_happens_before_the_second_look(sam_client, paid):
    page = refund(sam_client, paid, confirm=False, how="part", **amount(paid, "10"))
    assert page.status_code == 200
    assert "Refund $10.00" in page.text
    assert "Came too late" in page.text
    assert not Refund.objects.exists()


def test_changing_ones_mind_keeps_what_was_typed(sam_client, paid):
    page = refund(sam_client, paid, confirm=False, how="part", **amount(paid, "10"))
    page = sam_client.post(address(paid), {**hidden_fields(page.text), "step": "edit"})
    assert page.status_code == 200
    assert 'value="10"' in page.text
    assert 'value="Came too late"' in page.text
    assert 'value="part" id="how_part" required checked' in page.text
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"how": "part"}, "Type how much goes back"),
        ({"how": "part", "amount": "ten"}, "not an amount"),
        ({"how": "part", "amount": "-5"}, "not an amount"),
        ({"how": "part", "amount": "0"}, "Nothing would go back"),
        ({"how": "part", "amount": "26.51"}, "Only $26.50 of it is left"),
        ({"how": "part", "amount": "99999999999999999"}, "Only $26.50 of it is left"),
        ({"how": "whole", "amount": "5"}, "Choose “a part of it”"),
        ({"how": ""}, "This field is required"),
        ({"how": "part", "amount": "5", "reason": " "}, "This field is required"),
        ({"how": "part", "amount": "5", "reason": "x" * 101}, "at most 100 characters"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(sam_client, paid, typed, told):
    fields = {**typed, **amount(paid, typed.get("amount", ""))}
    page = refund(sam_client, paid, **fields)
    assert page.status_code == 422
    assert told in page.text
    if typed.get("amount"):
        assert f'value="{typed["amount"]}"' in page.text
    assert not Refund.objects.exists()


def test_the_same_click_twice_refunds_once(sam_client, paid):
    page = refund(sam_client, paid, confirm=False, how="part", **amount(paid, "10"))
    sent = {**hidden_fields(page.text), "step": "confirm"}
    answers = [sam_client.post(address(paid), sent) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Refund.objects.count() == 1


def test_the_same_refund_again_later_is_not_taken_for_a_second_click(sam_client, paid):
    page = refund(sam_client, paid, confirm=False, how="part", **amount(paid, "10"))
    sent = {**hidden_fields(page.text), "step": "confirm"}
    sam_client.post(address(paid), sent)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert sam_client.post(address(paid), sent).status_code == 422
    assert Refund.objects.count() == 1


def test_what_somebody_else_refunded_meanwhile_is_told_and_nothing_is_done(sam_client, paid):
    page = refund(sam_client, paid, confirm=False, how="part", **amount(paid, "10"))
    ledger.request_refund(line=paid.lines.get(), amount_minor=100, reason="another")
    answer = sam_client.post(address(paid), {**hidden_fields(page.text), "step": "confirm"})
    assert answer.status_code == 422
    assert "has changed since you looked" in answer.text
    assert "Everything that is left: $25.50" in answer.text
    assert Refund.objects.count() == 1


def test_what_was_agreed_for_one_payment_moves_no_other(sam_client, paid, gift):
    page = refund(sam_client, paid, confirm=False)
    agreed = hidden_fields(page.text)["agreed"]
    for forged in (agreed, agreed[:-1] + "x", ""):
        answer = sam_client.post(address(gift), {"step": "confirm", "agreed": forged})
        assert answer.status_code == 422
    assert not Refund.objects.exists()


def test_two_lines_are_refunded_together_or_not_at_all(sam, paid, gift):
    lines = {line.pk: line.amount_minor for line in (*paid.lines.all(), *gift.lines.all())}
    with pytest.raises(ledger.UnableToRefund):
        refunding.refund(
            payment_id=paid.pk, parts_minor=lines, reason="both", seen_minor=2650, requested_by=sam, now=timezone.now()
        )
    assert not Refund.objects.exists()
    assert "send_refund" not in waiting_jobs()


def test_while_a_dispute_holds_the_money_nothing_can_be_refunded(sam_client, sandbox, paid):
    sandbox.control("dispute", payment_intent=paid.payment_intent_id)
    hear(sandbox)
    page = sam_client.get(address(paid))
    assert "A dispute holds the money" in page.text
    assert refund(sam_client, paid).status_code == 422
    assert not Refund.objects.exists()


def test_what_was_never_paid_cannot_be_refunded(sam_client, paid):
    do_jobs()
    Payment.objects.filter(pk=paid.pk).update(status="open", paid_at=None)
    assert "was never paid" in sam_client.get(address(paid)).text
    assert refund(sam_client, paid).status_code == 422


def test_a_reason_is_text_and_never_markup(sam_client, paid):
    page = refund(sam_client, paid, confirm=False, reason='<script>"x"</script>')
    assert "<script>&quot;" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.django_db(transaction=True)
def test_many_confirmations_at_the_same_moment_refund_once(sam, sam_client, sandbox, paid):
    page = refund(sam_client, paid, confirm=False, how="part", **amount(paid, "10"))
    sent = {**hidden_fields(page.text), "step": "confirm"}

    def confirm(_number):
        client = Client()
        client.force_login(sam)
        try:
            return client.post(address(paid), sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(confirm, range(6)))
    assert answers == [302] * 6
    assert Refund.objects.count() == 1
