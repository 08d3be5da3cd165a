"""Payouts match to the cent, on the page and in the bookkeeper's table; and each month has its own."""

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model

from shop.dashboard.money.books import all_entries, rows_of
from shop.stripe_payments.models import BalanceEntry, Payment, Payout
from tests.shop.dashboard.money.stage import copy_of, give, hear, pay_out, payment_of, queries_of, refund
from tests.shop.dashboard.orders.buying import buy
from tests.stripe_sandbox.launch import start_sandbox

pytestmark = pytest.mark.django_db

MONEY = ("Merchandise", "Shipping", "Sales tax", "Gifts", "Other", "Stripe fees", "To the bank")


@pytest.fixture
def sandbox(settings):
    """One of its own for each test: a payout takes all that is there."""
    with start_sandbox() as sandbox:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = sandbox.url, sandbox.api_key
        settings.STRIPE_WEBHOOK_SECRETS = [sandbox.webhook_secret]
        yield sandbox


@pytest.fixture
def eventful(sam_client, sandbox, tag, programs):
    """Two orders, two gifts, a partial refund, a lost and a won dispute; then all of it paid out."""
    get_model("partner", "SalesTaxRate").objects.create(state="NY", percent="8.875", is_active=True)
    first, second = payment_of(buy(tag, quantity=2).number), payment_of(buy(tag).number)
    kept, lost = give(amount="10000"), give()
    refund(sam_client, first, how="part", **{f"amount_{first.lines.get().pk}": "10"})
    hear(sandbox)
    for payment, end in ((second, "win-dispute"), (lost, "lose-dispute")):
        dispute = sandbox.control("dispute", payment_intent=payment.payment_intent_id)
        hear(sandbox)
        sandbox.control(end, dispute=dispute["id"])
        hear(sandbox)
    return {"first": first, "second": second, "kept": kept, "lost": lost, "payout": pay_out(sandbox)}


def table(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.streaming
    assert "no-store" in response["Cache-Control"]
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def summed(rows, *columns):
    return sum(Decimal(row[column]) for row in rows for column in columns)


def cents(row, *columns):
    return tuple(int(Decimal(row[column]) * 100) for column in columns)


def test_a_payout_is_matched_to_the_cent(sam_client, sandbox, eventful):
    payout = eventful["payout"]
    page = sam_client.get(f"/dashboard/money/payouts/{payout.stripe_payout_id}/")
    sums = page.context["sums"]
    assert page.context["difference_minor"] == 0
    assert "Adds up" in page.text
    assert sums.net_minor == payout.amount_minor == sandbox.control("ledger")["totals"]["usd"]["paid_out"]
    assert (sums.orders, sums.gifts, sums.refunds, sums.disputes) == (2, 2, 1, 3)
    assert sums.orders_minor == eventful["first"].amount_minor + eventful["second"].amount_minor
    assert (sums.gifts_minor, sums.refunds_minor, sums.disputes_minor) == (15000, -1000, -5000)
    fees = sum(entry.fee_minor for entry in payout.entries.all())
    assert sums.fees_minor == -fees
    for reference in (eventful["first"].lines.get().reference, eventful["lost"].lines.get().reference):
        assert reference in page.text


def test_the_payouts_table_adds_up_to_it_and_each_row_to_its_net(sam_client, eventful):
    payout = eventful["payout"]
    rows = table(sam_client, f"/dashboard/money/payouts/{payout.stripe_payout_id}/export/")
    assert len(rows) == payout.entries.count()
    for row in rows:
        assert summed([row], *MONEY) == Decimal(row["Net"]), row
    assert summed(rows, "Net") * 100 == payout.amount_minor
    assert summed(rows, "Contained: refunds") == Decimal("-10.00")
    assert summed(rows, "Contained: disputes") == Decimal("-50.00")


def test_an_order_is_told_apart_into_goods_shipping_and_tax_and_so_is_its_refund(sam_client, eventful):
    rows = table(sam_client, f"/dashboard/money/payouts/{eventful['payout'].stripe_payout_id}/export/")
    order = get_model("order", "Order").objects.get(number=eventful["first"].lines.get().reference)
    assert order.total_tax > 0
    mine = [row for row in rows if row["For"] == f"Order {order.number}"]
    charge, back = mine
    assert (charge["Kind"], back["Kind"]) == ("charge", "refund")
    assert Decimal(charge["Merchandise"]) == Decimal("24.00")
    assert Decimal(charge["Shipping"]) == order.shipping_excl_tax
    assert Decimal(charge["Sales tax"]) == order.total_tax
    parts = cents(back, "Merchandise", "Shipping", "Sales tax", "Gifts", "Other")
    assert sum(parts) == -1000
    assert all(part < 0 for part in parts[:3])
    assert parts[3:] == (0, 0)
    assert back["Reason"] == "Came too late"


def test_gifts_stand_in_their_column_with_their_program(sam_client, eventful):
    rows = table(sam_client, f"/dashboard/money/payouts/{eventful['payout'].stripe_payout_id}/export/")
    (gift,) = [row for row in rows if row["Our payment"] == eventful["kept"].reference]
    assert (gift["Gifts"], gift["Merchandise"], gift["Stripe fees"], gift["Net"]) == (
        "100.00",
        "0.00",
        "-3.20",
        "96.80",
    )
    assert gift["Program"]
    lost = [row for row in rows if row["Our payment"] == eventful["lost"].reference]
    assert summed(lost, "Gifts") == 0
    assert summed(lost, "Stripe fees") == Decimal("-16.75"), "1.75 for the payment, 15 for the dispute"


def test_no_name_and_no_mail_address_is_in_the_books(sam_client, eventful):
    text = sam_client.get(f"/dashboard/money/payouts/{eventful['payout'].stripe_payout_id}/export/").getvalue().decode()
    for personal in ("Alice", "alice@", "Bob", "bob@"):
        assert personal not in text


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_a_formula_in_a_reason_is_dead_text(sam_client, sandbox, paid, start):
    from shop.stripe_payments import ledger

    ledger.request_refund(line=paid.lines.get(), amount_minor=100, reason=start)
    hear(sandbox)
    month = timezone.localdate()
    rows = table(sam_client, f"/dashboard/money/books/{month.year}/{month.month}/export/")
    assert [row["Reason"] for row in rows if row["Kind"] == "refund"] == [f"'{start}"]
    assert [row["Net"] for row in rows if row["Kind"] == "refund"] == ["-1.00"], "a negative number stays a number"


def test_a_month_holds_what_the_page_says_and_the_payout_leaves_for_the_bank(sam_client, eventful):
    month = timezone.localdate(eventful["payout"].created_at)
    rows = table(sam_client, f"/dashboard/money/books/{month.year}/{month.month}/export/")
    (sums,) = sam_client.get("/dashboard/money/books/").context["page_obj"]
    inside = [row for row in rows if row["Kind"] != "payout"]
    assert summed(inside, "Net") * 100 == sums.net_minor == eventful["payout"].amount_minor
    assert summed(rows, "To the bank") * 100 == sums.to_bank_minor == -eventful["payout"].amount_minor
    assert summed(rows, *MONEY) == 0, "everything that came in has left for the bank"


def test_the_last_second_of_a_year_falls_in_it_by_the_organizations_clock(sam_client, sandbox, paid):
    hear(sandbox)
    midnight = datetime(2027, 1, 1, 5, 0, tzinfo=UTC)  # in New York
    for moment, december in ((midnight - timedelta(seconds=1), 1), (midnight, 0)):
        Payment.objects.update(paid_at=moment)
        BalanceEntry.objects.update(created_at=midnight + timedelta(minutes=30))
        assert len(table(sam_client, "/dashboard/money/books/2026/12/export/")) == december
        rows = table(sam_client, "/dashboard/money/books/2027/1/export/")
        assert len(rows) == 1 - december
        assert all(row["Date"] == "2027-01-01" for row in rows)


@pytest.mark.parametrize("address", ["2026/13", "2026/0", "1999/1", "9999/1"])
def test_a_month_that_cannot_be_is_not_found(sam_client, db, address):
    assert sam_client.get(f"/dashboard/money/books/{address}/export/").status_code == 404


def test_an_empty_month_is_a_header(sam_client, db):
    assert table(sam_client, "/dashboard/money/books/2026/1/export/") == []
    assert "Nothing has moved yet" in sam_client.get("/dashboard/money/books/").text


def test_a_payout_that_does_not_add_up_shows_the_difference(sam_client, eventful):
    payout = eventful["payout"]
    Payout.objects.filter(pk=payout.pk).update(amount_minor=payout.amount_minor + 1)
    for address in ("/dashboard/money/payouts/", f"/dashboard/money/payouts/{payout.stripe_payout_id}/"):
        page = sam_client.get(address).text
        assert "Does not add up: $0.01 apart" in page
        assert "✓" not in page


def test_a_payout_whose_inside_is_not_known_says_so(sam_client, sandbox, paid):
    sandbox.control("payout", early=True)
    sandbox.control("clock", offset=3 * 24 * 3600)
    by_hand = {"currency": "USD", "amount_minor": 500, "created_at": timezone.now(), "arrival_at": timezone.now()}
    Payout.objects.create(stripe_payout_id="po_hand", status="paid", is_automatic=False, **by_hand)
    Payout.objects.create(stripe_payout_id="po_young", status="in_transit", is_automatic=True, **by_hand)
    assert "Made by hand: Stripe does not say" in sam_client.get("/dashboard/money/payouts/po_hand/").text
    assert "Stripe has not listed yet" in sam_client.get("/dashboard/money/payouts/po_young/").text
    assert "Nothing that is inside is known yet" in sam_client.get("/dashboard/money/payouts/po_young/").text
    assert sam_client.get("/dashboard/money/payouts/po_none/").status_code == 404


def test_a_payout_that_came_back_says_what_to_do(sam_client, sandbox, eventful):
    sandbox.control("fail-payout", payout=eventful["payout"].stripe_payout_id)
    hear(sandbox)
    page = sam_client.get(f"/dashboard/money/payouts/{eventful['payout'].stripe_payout_id}/").text
    assert "The bank sent this payout back" in page
    assert "account_closed" in page


def test_without_payouts_the_page_says_so(sam_client, db):
    assert "No payout yet" in sam_client.get("/dashboard/money/payouts/").text


def movements_of(payment, number, payout=None):
    now = timezone.now()
    for place in range(number):
        copied = copy_of(payment)
        facts = {"currency": "USD", "amount_minor": 2650, "fee_minor": 107, "net_minor": 2543, "payout": payout}
        BalanceEntry.objects.create(
            stripe_id=f"txn_{copied.reference}{place}",
            kind="charge",
            payment=copied,
            created_at=now,
            available_at=now,
            **facts,
        )


def test_lists_and_tables_cost_the_same_for_one_movement_and_for_many(sam_client, paid):
    from django.db import connection

    facts = {"status": "paid", "currency": "USD", "amount_minor": 2543, "is_automatic": True, "is_complete": True}
    now = timezone.now()
    payout = Payout.objects.create(stripe_payout_id="po_1", created_at=now, arrival_at=now, **facts)
    addresses = ["/dashboard/money/payouts/", "/dashboard/money/payouts/po_1/", "/dashboard/money/books/"]
    movements_of(paid, 1, payout)
    few = [queries_of(sam_client, address) for address in addresses]
    with CaptureQueriesContext(connection) as for_one:
        assert len(list(rows_of(all_entries()))) == 1
    movements_of(paid, 60, payout)
    for number in range(2, 30):
        Payout.objects.create(stripe_payout_id=f"po_{number}", created_at=now, arrival_at=now, **facts)
    assert [queries_of(sam_client, address) for address in addresses] == few
    with CaptureQueriesContext(connection) as for_many:
        assert len(list(rows_of(all_entries()))) == 61
    assert len(for_many) == len(for_one)


def test_the_payouts_pages_are_turned_and_its_sums_are_of_all_of_them(sam_client, paid):
    now = timezone.now()
    facts = {"status": "paid", "currency": "USD", "is_automatic": True, "is_complete": True}
    payout = Payout.objects.create(
        stripe_payout_id="po_1", amount_minor=60 * 2543, created_at=now, arrival_at=now, **facts
    )
    movements_of(paid, 60, payout)
    second = sam_client.get("/dashboard/money/payouts/po_1/?page=2")
    assert len(second.context["rows"]) == 10
    assert second.context["difference_minor"] == 0
    kinds = Counter(row.kind for row in second.context["rows"])
    assert kinds == {"charge": 10}


def test_what_was_tried_with_a_test_key_is_in_no_book_of_the_live_site(sam_client, eventful, settings):
    payout = eventful["payout"]
    month = timezone.localdate(payout.created_at)
    books = f"/dashboard/money/books/{month.year}/{month.month}/export/"
    shown = [f"/dashboard/money/{name}/" for name in ("payouts", "books", "disputes", "events")]
    assert payout.stripe_payout_id in sam_client.get(shown[0]).text
    assert table(sam_client, books)
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_live_x", ""
    for address in shown:
        rows = re.findall(r"<td\b.*?</td>", sam_client.get(address).text, re.DOTALL)
        assert not any("$" in cell or "evt_" in cell for cell in rows), address
    assert table(sam_client, books) == []
    assert "none has run yet" in sam_client.get("/dashboard/").text
