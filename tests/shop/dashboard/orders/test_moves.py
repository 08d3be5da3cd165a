import pytest
from django.core import mail
from django.utils import timezone
from oscar.core.loading import get_model

from shop.stock.movements import records_that_differ_from_their_movements
from shop.stripe_payments import client, ledger
from shop.stripe_payments.models import PaymentLine
from tests.goods import counts
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.dashboard.orders.buying import buy, leave_for_payment

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")


def move(client, new_status, *orders, **fields):
    data = {"order": [order.number for order in orders], "new_status": new_status, **fields}
    return client.post("/dashboard/orders/move/", data, follow=True)


def test_packing_shipping_and_delivering_takes_stock_out_once_and_mails_the_buyer_once(sam_client, order, tag):
    do_jobs()
    mail.outbox.clear()
    for status in ("Packed", "Shipped", "Shipped", "Delivered"):
        move(sam_client, status, order)
    order.refresh_from_db()
    assert order.status == "Delivered"
    assert {line.status for line in order.lines.all()} == {"Delivered"}
    assert counts(tag) == (8, 0)
    assert do_jobs() == ["send_shipped_mail"]
    assert [message.to for message in mail.outbox] == [["bob@example.com"]]
    assert records_that_differ_from_their_movements() == []


def test_returned_goods_can_be_sold_again(sam_client, order, tag):
    for status in ("Packed", "Shipped", "Returned"):
        move(sam_client, status, order)
    assert counts(tag) == (10, 0)


def test_the_order_page_shows_who_moved_it_and_what_left_the_stock(sam_client, order):
    move(sam_client, "Packed", order)
    page = move(sam_client, "Shipped", order, next=f"/dashboard/orders/{order.number}/")
    assert page.redirect_chain == [(f"/dashboard/orders/{order.number}/", 302)]
    assert "Packed → Shipped" in page.text
    assert "sam@example.com" in page.text
    assert "TAG-1" in page.text


@pytest.mark.parametrize("wanted", ["foo", "https://example.com/", "//example.com", "/\\example.com", "http://["])
def test_a_step_leads_back_to_a_page_of_this_site_only(sam_client, order, wanted):
    data = {"order": order.number, "new_status": "Packed", "next": wanted}
    assert sam_client.post("/dashboard/orders/move/", data).url == "/dashboard/orders/"


@pytest.mark.parametrize("status", ["Paid", "Cancelled", "Refunded", "Awaiting payment", "Nonsense", ""])
def test_staff_cannot_set_what_money_decides(sam_client, tag, sandbox, status):
    leave_for_payment(tag)
    order = Order.objects.get()
    page = move(sam_client, status, order)
    order.refresh_from_db()
    assert order.status == "Awaiting payment"
    assert "is not a step that staff take" in page.text
    assert counts(tag) == (10, 1)


def test_an_order_that_is_not_paid_is_not_sent(sam_client, tag, sandbox):
    leave_for_payment(tag)
    order = Order.objects.get()
    page = move(sam_client, "Shipped", order)
    order.refresh_from_db()
    assert order.status == "Awaiting payment"
    assert "cannot become" in page.text
    assert waiting_jobs() == []


def test_an_order_whose_money_went_back_is_not_sent(sam_client, sam, order, tag):
    line = PaymentLine.objects.get(reference=order.number)
    ledger.request_refund(line=line, amount_minor=line.amount_minor, reason="asked", requested_by=sam)
    assert "Mark as packed" not in sam_client.get(f"/dashboard/orders/{order.number}/").text
    page = move(sam_client, "Packed", order)
    assert "the payment is being refunded" in page.text
    do_jobs()
    page = move(sam_client, "Packed", order)
    assert "is “Refunded” and cannot become “Packed”" in page.text
    assert counts(tag) == (10, 0), "what is not sent can be sold again"
    assert records_that_differ_from_their_movements() == []


def test_a_refund_that_fails_later_is_told_on_the_order(sam_client, sam, order, sandbox):
    line = PaymentLine.objects.get(reference=order.number)
    refund = ledger.request_refund(line=line, amount_minor=line.amount_minor, reason="asked", requested_by=sam)
    do_jobs()
    refund.refresh_from_db()
    sandbox.control("refund", refund=refund.stripe_refund_id, status="failed")
    truth = client.retrieve_refund(refund.stripe_refund_id)
    ledger.apply_refund(refund.pk, truth, now=timezone.now())
    assert "The refund did not go through." in sam_client.get(f"/dashboard/orders/{order.number}/").text


def test_a_lost_dispute_frees_what_was_packed(sam_client, order, tag, sandbox):
    move(sam_client, "Packed", order)
    intent = PaymentLine.objects.get(reference=order.number).payment.payment_intent_id
    dispute = sandbox.control("dispute", payment_intent=intent)["id"]
    sandbox.control("lose-dispute", dispute=dispute)
    payment = ledger.find_payment(intent, now=timezone.now(), cause="test")
    ledger.apply_dispute(payment.pk, client.retrieve_dispute(dispute), now=timezone.now(), cause="test")
    order.refresh_from_db()
    assert (order.status, counts(tag)) == ("Refunded", (10, 0))


def test_a_part_that_went_back_holds_up_nothing(sam_client, sam, order):
    line = PaymentLine.objects.get(reference=order.number)
    ledger.request_refund(line=line, amount_minor=100, reason="a scratch", requested_by=sam)
    do_jobs()
    for status in ("Packed", "Shipped"):
        move(sam_client, status, order)
    order.refresh_from_db()
    assert order.status == "Shipped"


def test_many_orders_move_at_once_and_one_that_cannot_holds_up_none(sam_client, order, tag):
    second = buy(tag, full_name="Second Buyer")
    leave_for_payment(tag)
    unpaid = Order.objects.latest("id")
    page = move(sam_client, "Packed", order, unpaid, second)
    assert "2 orders are now “Packed”" in page.text
    assert f"{unpaid.number} is “Awaiting payment” and cannot become “Packed”" in page.text
    assert sorted(Order.objects.values_list("status", flat=True)) == ["Awaiting payment", "Packed", "Packed"]


def test_only_the_steps_that_are_open_are_offered(sam_client, order):
    page = sam_client.get(f"/dashboard/orders/{order.number}/").text
    assert "Mark as packed" in page
    for step in ("shipped", "delivered", "returned", "paid", "cancelled", "refunded"):
        assert f"Mark as {step}" not in page


def test_what_oscar_would_let_staff_do_past_stock_and_money_does_nothing(sam_client, order, tag):
    line = order.lines.get()
    lines = {"selected_line": line.pk, f"selected_line_qty_{line.pk}": 1}
    for data in (
        {"line_action": "change_line_statuses", "new_status": "Shipped", **lines},
        {"line_action": "create_shipping_event", "shipping_event_type": "shipped", **lines},
        {"line_action": "create_payment_event", "payment_event_type": "refund", **lines},
        {"order_action": "create_order_payment_event", "amount": "999"},
        {"order_action": "change_order_status", "new_status": "Cancelled"},
    ):
        assert sam_client.post(f"/dashboard/orders/{order.number}/", data).status_code == 405
    assert sam_client.get(f"/dashboard/orders/{order.number}/lines/{line.pk}/").status_code == 404
    order.refresh_from_db()
    assert order.status == "Paid"
    assert counts(tag) == (10, 2)
