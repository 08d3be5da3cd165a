"""Oscar's mails, sent by a job. This site's own mails do not pass here: see `shop.mail`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from oscar.apps.communication import utils
from oscar.core.loading import get_model

from shop.communication import tasks

Email = get_model("communication", "Email")


class AttachmentsAreNotQueued(ValueError):
    """A mail that waits in the database carries no files."""


class Dispatcher(utils.Dispatcher):
    """Oscar's, where a mail is a row and a job: no page waits for a mail server, and none is lost with it."""

    @transaction.atomic
    def send_email_messages(
        self,
        recipient_email: str,
        messages: Mapping[str, str],
        from_email: str | None = None,
        attachments: Sequence[Any] | None = None,
    ) -> Any:
        """Queue one mail in plain words. Raises `AttachmentsAreNotQueued`."""
        if attachments:
            raise AttachmentsAreNotQueued
        email = Email.objects.create(email=recipient_email, subject=messages["subject"], body_text=messages["body"])
        tasks.send_queued_mail.defer(email_id=email.pk)
        return email

    def create_email(self, user: Any, messages: Mapping[str, str], email: Any) -> None:
        """Nothing: the queued row is gone once it was sent, and no archive of mails is kept."""
