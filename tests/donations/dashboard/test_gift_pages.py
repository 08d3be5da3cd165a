"""The gift pages of the dashboard: who may see them, and what Sam does there."""

import csv
import io

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from donations.models import Program, Wording
from tests.conftest import person
from tests.donations.gifts import give_back, receive, start
from tests.jobs import do_jobs

PAGES = ("", "export/", "programs/", "new-program/", "programs/most-needed/", "texts/receipt_statement/")
PAGES_OF_A_GIFT = ("{}/", "{}/receipt/")


@pytest.fixture
def gift(programs):
    return receive(start())


def post(client, path, form=None):
    return client.post(f"/dashboard/gifts/{path}", form or {}, headers={"Sec-Fetch-Site": "same-origin"})


def exported(client, query=""):
    answer = client.get(f"/dashboard/gifts/export/{query}")
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_sam_sees_every_page(gift, sam_client):
    for path in (*PAGES, *(page.format(gift.reference) for page in PAGES_OF_A_GIFT)):
        answer = sam_client.get(f"/dashboard/gifts/{path}")
        assert answer.status_code == 200, path
        assert "no-store" in answer["Cache-Control"], path


def test_nobody_without_the_right_sees_or_does_anything(gift, charlie_client):
    clerk = Client()
    clerk.force_login(person("clerk", is_staff=True))
    paths = (*PAGES, *(page.format(gift.reference) for page in PAGES_OF_A_GIFT))
    for path in paths:
        assert Client().get(f"/dashboard/gifts/{path}").status_code == 302, path
        for client in (charlie_client, clerk):
            assert client.get(f"/dashboard/gifts/{path}").status_code == 403, path
    for client in (charlie_client, clerk):
        assert post(client, f"{gift.reference}/receipt/send-again/").status_code == 403
        assert post(client, "texts/receipt_statement/", {"text": "x"}).status_code == 403
        assert post(client, "programs/most-needed/", {"title": "x"}).status_code == 403


def test_the_group_gifts_opens_these_pages_and_a_permission_alone_does_not(gift, charlie):
    call_command("load_staff_groups", verbosity=0)
    call_command("load_staff_groups", verbosity=0)
    member = person("mia", is_staff=True)
    member.groups.add(Group.objects.get(name="Gifts"))
    charlie.groups.add(Group.objects.get(name="Gifts"))
    for user, status in ((member, 200), (charlie, 403)):
        client = Client()
        client.force_login(user)
        for path in (*PAGES, *(page.format(gift.reference) for page in PAGES_OF_A_GIFT)):
            assert client.get(f"/dashboard/gifts/{path}").status_code == status, path


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("?text=alice@EXAMPLE.com", True),
        ("?text=adams", True),
        ("?text=charlie", False),
        ("?status=received", True),
        ("?status=refunded", False),
        ("?program=most-needed", True),
        ("?program=protective-laws", False),
        ("?date_from=2000-01-01&date_to=2100-01-01", True),
        ("?date_from=2100-01-01", False),
        ("?date_to=2000-01-01", False),
        ("?date_from=nonsense", True),
        ("?status=nonsense&page=x", True),
        ("?text=%00", True),
    ],
)
def test_sam_finds_a_gift(gift, sam_client, query, is_found):
    page = sam_client.get(f"/dashboard/gifts/{query}").content.decode()
    assert (gift.reference in page) == is_found
    assert (gift.reference in str(exported(sam_client, query))) == is_found


def test_a_gift_is_found_by_its_number_however_it_is_typed(gift, sam_client):
    for typed in (gift.reference, gift.reference.lower(), gift.reference.removeprefix("G-")):
        assert gift.reference in sam_client.get(f"/dashboard/gifts/?text={typed}").content.decode()


def test_the_list_costs_the_same_for_one_gift_and_for_many(gift, sam_client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            sam_client.get("/dashboard/gifts/")
        return len(captured)

    queries()  # the first visit of a session makes its basket
    one = queries()
    for cents in range(30):
        receive(start(amount_minor=600 + cents))
    assert queries() == one


def test_the_total_counts_only_what_stays_given(gift, sam_client):
    give_back(receive(start(amount_minor=10000)), 2500)
    start(amount_minor=99900)
    assert "$125.00" in sam_client.get("/dashboard/gifts/").content.decode()


def test_a_receipt_is_sent_again_to_the_donor_alone(gift, sam_client):
    do_jobs()
    assert sam_client.get(f"/dashboard/gifts/{gift.reference}/receipt/send-again/").status_code == 405
    answer = post(
        sam_client,
        f"{gift.reference}/receipt/send-again/",
        {"to": "charlie@example.com", "email": "charlie@example.com"},
    )
    assert answer.status_code == 302
    do_jobs()
    assert [letter.to for letter in mail.outbox] == [["alice@example.com"], ["alice@example.com"]]


def test_a_gift_without_receipt_has_none_to_show_or_send(programs, sam_client):
    reference = start().reference
    assert "no receipt before" in sam_client.get(f"/dashboard/gifts/{reference}/").content.decode()
    assert sam_client.get(f"/dashboard/gifts/{reference}/receipt/").status_code == 404
    assert post(sam_client, f"{reference}/receipt/send-again/").status_code == 404


def test_the_payment_story_is_told(gift, sam_client):
    page = sam_client.get(f"/dashboard/gifts/{gift.reference}/").content.decode()
    for told in ("asked for", "Not known yet", "test mode", gift.receipt.number):
        assert told in page


def test_an_export_of_nothing_is_a_header(programs, sam_client):
    assert len(exported(sam_client)) == 1


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\uff1dcmd"])
def test_a_formula_in_a_name_is_dead_text_in_the_export(programs, sam_client, name):
    receive(start(name=name))
    (_header, row) = exported(sam_client)
    assert row[4] == f"'{name}"


def test_an_export_keeps_letters_and_cents(programs, sam_client):
    receive(start(name='Łukasz, "O\'Neill" 山田', amount_minor=123456))
    (_header, row) = exported(sam_client)
    assert row[4] == 'Łukasz, "O\'Neill" 山田'
    assert row[9:12] == ["1234.56", "0.00", "1234.56"]


def test_what_was_tried_in_test_mode_is_marked_and_counts_as_nothing_once_the_site_is_live(gift, sam_client, settings):
    settings.STRIPE_SECRET_KEY = "sk_live_x"
    live = receive(start(amount_minor=7500))
    (header, *rows) = exported(sam_client)
    assert {row[0]: (row[header.index("Counts as given")], row[header.index("Mode")]) for row in rows} == {
        gift.reference: ("0.00", "test"),
        live.reference: ("75.00", "live"),
    }
    assert sam_client.get("/dashboard/gifts/").text.count("test mode") == 1


def test_sam_edits_a_program_and_the_giving_page_shows_it(programs, sam_client):
    form = {
        "title": "Laws & Safe Harbor",
        "slug": "protective-laws",
        "summary": "",
        "position": "1",
        "is_offered": "on",
    }
    assert post(sam_client, "programs/protective-laws/", form).status_code == 302
    assert "Laws &amp; Safe Harbor" in Client().get("/donate/").content.decode()
    call_command("load_programs", verbosity=0)
    assert Program.objects.get(slug="protective-laws").title == "Laws & Safe Harbor"


def test_a_program_that_is_not_offered_cannot_be_chosen(programs, sam_client):
    form = {"title": "Laws", "slug": "protective-laws", "position": "1"}
    post(sam_client, "programs/protective-laws/", form)
    assert "protective-laws" not in Client().get("/donate/").content.decode()


def test_sam_edits_a_text(programs, sam_client):
    assert post(sam_client, "texts/where_the_money_goes/", {"text": "One <b>line</b>."}).status_code == 302
    assert "One &lt;b&gt;line&lt;/b&gt;." in Client().get("/donate/").content.decode()
    assert Wording.objects.count() == len(Wording.Key)
