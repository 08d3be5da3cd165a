"""Mail: what is in it, and what can never be in it."""

from email import message_from_bytes, policy

import pytest
from django.core import mail as outbox_of

from shop import mail

EVIL = "Alice\r\nBcc: charlie@example.com\r\n\r\n<h1>other mail</h1>"


def send(**changes):
    """A staff alert, which is the plainest mail, with something about it changed."""
    mail.send(
        **{
            "name": "staff_alert",
            "to": "alice@example.com",
            "context": {"what": "Something needs a person", "reference": "G-1234-5678"},
            "key": "one",
            **changes,
        }
    )
    return message_from_bytes(outbox_of.outbox[-1].message().as_bytes(), policy=policy.default)


def test_a_mail_is_text_and_html_with_the_same_words():
    letter = send()
    for kind in ("plain", "html"):
        assert "Something needs a person" in letter.get_body((kind,)).get_content()


def test_a_mail_names_the_organization_and_its_address(settings):
    settings.ORGANIZATION = {**settings.ORGANIZATION, "address": "1 Example Street\nBrooklyn"}
    letter = send()
    for kind in ("plain", "html"):
        body = letter.get_body((kind,)).get_content()
        for needed in (settings.ORGANIZATION["legal_name"], "1 Example Street", settings.ORGANIZATION["contact_email"]):
            assert needed in body


def test_links_start_with_the_sites_own_address(settings):
    settings.SITE_URL = "https://shop.example.org"
    letter = send()
    assert "https://shop.example.org/dashboard/" in letter.get_body(("plain",)).get_content()
    assert 'href="https://shop.example.org/dashboard/"' in letter.get_body(("html",)).get_content()
    assert letter["Message-ID"].endswith("@shop.example.org>")


def test_the_same_key_is_the_same_message_and_another_key_another():
    assert send()["Message-ID"] == send()["Message-ID"]
    assert send()["Message-ID"] != send(key="two")["Message-ID"]


def test_no_vacation_notice_answers_and_no_list_is_claimed():
    letter = send()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert not [name for name in letter.keys() if name.lower().startswith("list-")]  # noqa: SIM118 -- a message


def test_text_is_not_escaped_and_html_is():
    letter = send(context={"what": "O'Brien & <Sons>", "reference": "x"})
    assert "O'Brien & <Sons>" in letter.get_body(("plain",)).get_content()
    assert "O&#x27;Brien &amp; &lt;Sons&gt;" in letter.get_body(("html",)).get_content()


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00"])
def test_a_line_break_in_what_is_written_adds_no_header(break_):
    letter = send(context={"what": "x", "reference": f"G-1{break_}Bcc: charlie@example.com"})
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Needs a person: G-1 Bcc: charlie@example.com"


@pytest.mark.parametrize("field", ["to", "reply_to"])
@pytest.mark.parametrize(
    "address",
    [
        "alice@example.com\nBcc: charlie@example.com",
        "alice@example.com\r\nBcc: charlie@example.com",
        "alice@example.com\u2028Bcc: charlie@example.com",
        "alice@example.com, charlie@example.com",
        "Alice <alice@example.com>",
        "alice@example.com\n",
        "alice",
        " alice@example.com",
    ],
)
def test_an_address_that_is_not_one_plain_address_is_refused(field, address):
    with pytest.raises(mail.UnsafeAddress):
        send(**{field: address})
    assert outbox_of.outbox == []


def test_a_line_break_in_a_file_name_or_key_adds_no_header():
    letter = send(key=EVIL, attachments=[(f"receipt.pdf{EVIL}", b"%PDF-", "application/pdf")])
    assert letter["Bcc"] is None
    (attached,) = letter.iter_attachments()
    assert attached["Bcc"] is None
    assert attached.get_content() == b"%PDF-"


def test_staff_are_told_in_one_short_mail(settings):
    mail.send_to_staff(what="A payment is disputed", reference="G-1234-5678")
    (letter,) = outbox_of.outbox
    assert letter.to == [settings.ORGANIZATION["staff_email"]]
    assert "A payment is disputed" in letter.body
    assert "G-1234-5678" in letter.subject
