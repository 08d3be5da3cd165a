"""What becomes of a gift when its money comes, does not come, or goes back."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from donations import giving
from donations.models import Gift, Receipt
from donations.queries import counted_gifts, counted_money
from tests.donations.gifts import dispute, give_back, line_of, receive, start
from tests.jobs import do_jobs, waiting_jobs


def test_a_received_gift_has_a_receipt_and_one_mail_waits(programs):
    gift = receive(start())
    assert gift.status == Gift.Status.RECEIVED
    assert gift.receipt.number == f"{gift.gift_date.year}-00001"
    assert waiting_jobs() == ["send_receipt_mail"]


def test_redelivered_news_creates_no_second_receipt_and_no_second_mail(programs):
    gift = receive(start())
    for _time in range(3):
        receive(gift)
    assert Receipt.objects.count() == 1
    assert waiting_jobs() == ["send_receipt_mail"]


@pytest.mark.parametrize(
    ("received_at", "gift_date", "number"),
    [
        (datetime(2027, 1, 1, 4, 59, 59, tzinfo=UTC), date(2026, 12, 31), "2026-00001"),
        (datetime(2027, 1, 1, 5, 0, 0, tzinfo=UTC), date(2027, 1, 1), "2027-00001"),
        (datetime(2026, 7, 1, 3, 59, 59, tzinfo=UTC), date(2026, 6, 30), "2026-00001"),
        (datetime(2026, 7, 1, 4, 0, 0, tzinfo=UTC), date(2026, 7, 1), "2026-00001"),
    ],
)
def test_the_year_of_a_gift_is_decided_in_new_york(programs, received_at, gift_date, number):
    gift = receive(start(now=received_at), now=received_at)
    assert gift.gift_date == gift_date
    assert gift.receipt.number == number


def test_the_date_stays_when_the_zone_of_a_visitor_is_another(programs):
    with timezone.override("Asia/Bangkok"):
        gift = receive(start(), now=datetime(2027, 1, 1, 4, 59, 59, tzinfo=UTC))
    assert gift.gift_date == date(2026, 12, 31)


def test_a_bank_debit_is_no_gift_before_it_arrives(programs):
    gift = start()
    giving.payment_processing(line_of(gift), now=timezone.now())
    gift.refresh_from_db()
    assert gift.status == Gift.Status.PROCESSING
    assert not Receipt.objects.exists()
    assert not counted_gifts().exists()
    assert receive(gift).status == Gift.Status.RECEIVED


@pytest.mark.parametrize("reason", ["expired", "failed"])
def test_a_gift_without_money_is_abandoned_and_nobody_is_mailed(programs, reason):
    gift = start()
    giving.payment_failed(line_of(gift), reason=reason, now=timezone.now())
    gift.refresh_from_db()
    assert gift.is_abandoned
    assert waiting_jobs() == []


def test_money_that_comes_late_is_received_all_the_same(programs):
    gift = start()
    giving.payment_failed(line_of(gift), reason="expired", now=timezone.now())
    assert receive(gift).status == Gift.Status.RECEIVED
    assert gift.receipt.number.endswith("-00001")


def test_late_news_of_failure_does_not_take_a_received_gift_away(programs):
    gift = receive(start())
    giving.payment_failed(line_of(gift), reason="expired", now=timezone.now())
    giving.payment_processing(line_of(gift), now=timezone.now())
    gift.refresh_from_db()
    assert gift.status == Gift.Status.RECEIVED


def test_a_partial_refund_leaves_the_rest_given(programs, mailoutbox):
    gift = give_back(receive(start()), 2000)
    assert gift.status == Gift.Status.RECEIVED
    assert gift.net_minor == 3000
    assert not gift.receipt.is_void
    assert [total.net_minor for total in counted_money()] == [3000]
    do_jobs()
    assert "$20.00 was returned. $30.00 counts as given" in mailoutbox[-1].body


def test_a_full_refund_voids_the_receipt_and_tells_the_donor(programs, mailoutbox):
    gift = give_back(receive(start()), 5000)
    assert gift.status == Gift.Status.REFUNDED
    assert gift.receipt.is_void
    assert counted_money() == []
    do_jobs()
    assert "Its receipt is void" in mailoutbox[-1].body


def test_a_refund_told_twice_is_one_correction(programs):
    gift = give_back(receive(start()), 5000)
    give_back(gift, 5000)
    assert waiting_jobs().count("send_correction_mail") == 1


def test_a_refund_that_failed_brings_the_gift_back(programs, mailoutbox):
    gift = give_back(give_back(receive(start()), 5000), 0)
    assert gift.status == Gift.Status.RECEIVED
    assert not gift.receipt.is_void
    do_jobs()
    assert "counts in full" in mailoutbox[-1].body


def test_a_refund_that_failed_and_is_made_again_is_a_mail_of_its_own(programs, mailoutbox):
    gift = receive(start())
    for refunded_minor in (2000, 0, 2000):
        give_back(gift, refunded_minor)
    do_jobs()
    _receipt, *corrections = mailoutbox
    assert corrections[0].body == corrections[2].body
    assert len({letter.message()["Message-ID"] for letter in corrections}) == 3


def test_while_the_bank_decides_a_gift_is_not_counted_and_its_receipt_stands(programs):
    gift = receive(start())
    for _time in range(2):
        dispute(gift, "opened")
    assert gift.status == Gift.Status.DISPUTED
    assert not gift.receipt.is_void
    assert counted_money() == []
    assert waiting_jobs() == ["send_receipt_mail", "tell_staff"]


def test_a_lost_dispute_voids_the_receipt_and_tells_the_donor_once(programs):
    gift = dispute(receive(start()), "opened")
    for _time in range(2):
        dispute(gift, "lost")
    assert gift.status == Gift.Status.CHARGED_BACK
    assert gift.receipt.is_void
    assert counted_money() == []
    assert waiting_jobs() == ["send_receipt_mail", "tell_staff", "send_correction_mail"]


def test_a_won_dispute_brings_the_gift_back_without_a_word_to_the_donor(programs):
    gift = dispute(dispute(receive(start()), "opened"), "won")
    assert gift.status == Gift.Status.RECEIVED
    assert not gift.receipt.is_void
    assert [total.net_minor for total in counted_money()] == [5000]
    assert waiting_jobs() == ["send_receipt_mail", "tell_staff"]


def test_only_money_that_is_here_is_counted(programs):
    receive(start(amount_minor=2500))
    receive(start(amount_minor=10000))
    start(amount_minor=777)
    give_back(receive(start(amount_minor=1000)), 1000)
    (total,) = counted_money()
    assert (total.currency, total.gifts, total.net_minor) == ("USD", 2, 12500)


def test_the_donor_is_called_by_the_name_of_the_newest_received_gift(programs):
    first = receive(start(name="Alice Adams"))
    start(name="Somebody Else", amount_minor=2500)
    first.donor.refresh_from_db()
    assert first.donor.name == "Alice Adams"
    receive(start(name="Alice A. Adams", amount_minor=7500))
    first.donor.refresh_from_db()
    assert first.donor.name == "Alice A. Adams"
    assert first.receipt.content["rows"][0]["value"] == "Alice Adams"
