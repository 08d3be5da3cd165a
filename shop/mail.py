"""Mail that the site sends: one folder of templates a mail, in plain text and HTML.

Called inside jobs alone: a mail server that is slow or away never holds up a page. A mail that fails raises,
and its job is tried again.

Note [The same mail twice]
A worker may be killed between sending and writing down that it sent. The job then runs again. Its mail carries
the same Message-ID, made from `key`, so that mail programs show it once; jobs also write down what they sent.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template import Context, Engine
from django.template.loader import get_template
from django.utils import timezone, translation

Attachment = tuple[str, bytes, str]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HEADERS = {
    # RFC 3834: no vacation notice answers this.
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}


class UnsafeAddress(ValueError):
    """A mail address that could carry more than one address or a header of its own. Nothing was sent."""


def send(
    *,
    name: str,
    to: str,
    context: Mapping[str, Any],
    key: str,
    attachments: Sequence[Attachment] = (),
    reply_to: str | None = None,
) -> None:
    """Render `templates/emails/<name>/` and send it to one address.

    The templates get `context`, and `organization`, `site_url`, `subject` and `is_demo`. `attachments` are
    (file name, content, media type). `key` names this very mail, such as "gift_receipt-2026-00012": see Note
    [The same mail twice]. Raises `UnsafeAddress`, or what the mail server answers.
    """
    with translation.override(settings.LANGUAGE_CODE):
        values = {**_about_the_site(), **context}
        subject = _one_line(_render_text(f"emails/{name}/subject.txt", values))
        values["subject"] = subject
        message = EmailMultiAlternatives(
            subject=subject,
            body=_render_text(f"emails/{name}/body.txt", values).strip() + "\n",
            to=[_single_address(to)],
            reply_to=[_single_address(reply_to or settings.ORGANIZATION["contact_email"])],
            headers={**_HEADERS, "Message-ID": _message_id(key)},
        )
        message.attach_alternative(get_template(f"emails/{name}/body.html").render(values), "text/html")
    for file_name, content, media_type in attachments:
        message.attach(_one_line(file_name), content, media_type)
    message.send()


def send_to_staff(*, what: str, reference: str) -> None:
    """A short plain mail to staff: what needs a person, and the public reference of what it is about."""
    send(
        name="staff_alert",
        to=settings.ORGANIZATION["staff_email"],
        context={"what": what, "reference": reference},
        key=f"staff_alert-{reference}-{what}-{timezone.localdate()}",
    )


def _about_the_site() -> dict[str, Any]:
    return {
        "organization": settings.ORGANIZATION,
        "site_url": settings.SITE_URL,
        "is_demo": not settings.PRODUCTION,
    }


def _render_text(template_name: str, values: Mapping[str, Any]) -> str:
    """A text is not HTML: `O'Brien & Sons` stays as it is."""
    template = Engine.get_default().get_template(template_name)
    return template.render(Context(dict(values), autoescape=False))


def _one_line(text: str) -> str:
    """Safe in a header: whatever breaks a line or controls one is a space."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _single_address(address: str) -> str:
    if _CONTROL.search(address):
        raise UnsafeAddress("A mail address has line breaks or control characters")
    try:
        validate_email(address)
    except ValidationError:
        raise UnsafeAddress("Not one plain mail address") from None
    return address


def _message_id(key: str) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>"
