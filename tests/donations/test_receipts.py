"""Receipts: what they say, how they are numbered, and that they stay as they were issued."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from donations.models import Gift, Program, Receipt, ReceiptYear, Wording
from donations.receipts import issue_receipt, receipt_pdf
from tests.donations.gifts import dispute, give_back, receive, start
from tests.jobs import do_jobs

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def text_of(receipt: Receipt) -> str:
    reader = PdfReader(io.BytesIO(receipt_pdf(receipt)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_receipt_says_what_the_tax_office_asks_for(programs, settings):
    settings.ORGANIZATION = {
        **settings.ORGANIZATION,
        "legal_name": "Example Legal Name, Inc.",
        "ein": "00-0000000",
        "address": "1 Example Street\nBrooklyn, NY 11201",
    }
    receipt = receive(start(), now=NOON).receipt
    text = text_of(receipt)
    for needed in (
        "Receipt 2026-00001",
        "Example Legal Name, Inc.",
        "EIN 00-0000000",
        "1 Example Street",
        "Brooklyn, NY 11201",
        "Nov. 24, 2026",
        "$50.00",
        "Alice Adams",
        "Where it is needed most",
        receipt.gift.reference,
        "No goods or services were provided in exchange for this gift.",
    ):
        assert needed in text, needed


def test_a_receipt_carries_no_appeal(programs):
    text = text_of(receive(start()).receipt).lower()
    assert not [word for word in ("donate", "give again", "please give", "http") if word in text]


def test_a_receipt_stays_as_it_was_issued(programs, settings):
    receipt = receive(start()).receipt
    before = receipt_pdf(receipt)
    Program.objects.update(title="Renamed")
    Wording.objects.all().delete()
    settings.ORGANIZATION = {**settings.ORGANIZATION, "legal_name": "Another Name"}
    assert receipt_pdf(Receipt.objects.select_related("gift").get()) == before


def test_the_statement_is_the_staffs_and_never_missing(programs):
    Wording.objects.filter(key="receipt_statement").update(text="Nothing was given in return.\n\nThank you.")
    assert receive(start()).receipt.content["statement"] == ["Nothing was given in return.", "Thank you."]
    Wording.objects.all().delete()
    assert "No goods or services" in receive(start(amount_minor=700)).receipt.content["statement"][0]


def test_a_void_receipt_says_so(programs):
    gift = give_back(receive(start()), 5000)
    assert "This receipt is void" in text_of(gift.receipt)


def test_a_receipt_of_a_gift_refunded_in_part_says_what_counts(programs):
    gift = give_back(receive(start()), 2000)
    assert "$30.00 counts as given" in text_of(gift.receipt)


def test_what_a_dispute_took_is_said_once_the_bank_has_decided(programs):
    gift = give_back(receive(start()), 1000)
    dispute(gift, "opened", disputed_minor=500)
    assert "$10.00 of this gift was returned. $40.00 counts as given" in text_of(Receipt.objects.get())
    dispute(gift, "lost", disputed_minor=500)
    assert "$15.00 of this gift was returned. $35.00 counts as given" in text_of(Receipt.objects.get())


@pytest.mark.parametrize("name", ["#panic()", "*Alice* _Adams_ $x$ @ref <label>", "Алиса Ωμέγα Łukasz"])
def test_any_name_is_printed_as_it_was_typed(programs, name):
    receipt = receive(start(name=name)).receipt
    assert name.split()[0] in text_of(receipt)


@pytest.mark.parametrize("name", ["\u5c71\u7530\u592a\u90ce", "\U0001f392", "\u0915\u092e\u0932"])
def test_a_name_in_letters_that_no_font_has_still_gets_its_receipt(programs, name, mailoutbox):
    assert "$50.00" in text_of(receive(start(name=name)).receipt)
    do_jobs()
    assert name in mailoutbox[0].body


def test_numbers_run_without_gaps_in_each_year(programs):
    for year, amount in ((2026, 501), (2026, 502), (2027, 503), (2026, 504)):
        receive(start(amount_minor=amount), now=datetime(year, 6, 1, tzinfo=UTC))
    assert sorted(receipt.number for receipt in Receipt.objects.all()) == [
        "2026-00001",
        "2026-00002",
        "2026-00003",
        "2027-00001",
    ]


def test_a_number_that_is_rolled_back_is_taken_by_the_next(programs):
    first, second = start(amount_minor=501), start(amount_minor=502)
    with transaction.atomic():
        receive(first)
        transaction.set_rollback(True)
    assert receive(second).receipt.sequence == 1


@pytest.mark.django_db(transaction=True)
def test_many_receipts_at_once_are_numbered_without_gaps_or_doubles(programs):
    # Each from another donor, so that nothing but the year's row makes them wait for each other.
    references = [start(email=f"donor-{number}@example.com").reference for number in range(24)]
    everybody_is_ready = Barrier(8)

    def receive_some(number):
        try:
            everybody_is_ready.wait()
            for reference in references[number::8]:
                receive(Gift.objects.get(reference=reference))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(receive_some, range(8)))
    assert sorted(Receipt.objects.values_list("sequence", flat=True)) == list(range(1, 25))
    assert ReceiptYear.objects.get().last_number == 24


@pytest.mark.django_db(transaction=True)
def test_the_same_news_at_once_issues_one_receipt(programs):
    gift = start()
    everybody_is_ready = Barrier(4)

    def hear(_number):
        try:
            everybody_is_ready.wait()
            receive(Gift.objects.get(pk=gift.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(hear, range(4)))
    assert Receipt.objects.count() == 1


def test_a_gift_that_was_not_received_has_no_receipt(programs):
    with pytest.raises(ValueError, match="not received"):
        issue_receipt(gift=start(), now=NOON)


def test_the_database_refuses_a_number_that_is_taken(programs):
    receipt = receive(start()).receipt
    other = receive(start(amount_minor=700)).receipt
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=other.pk).update(sequence=receipt.sequence)
