"""Sends what Oscar's dispatcher has queued."""

from oscar.core.loading import get_model
from procrastinate.contrib.django import app

from shop import mail
from shop.tasks import PATIENT


@app.task(queue="mail", retry=PATIENT)
def send_queued_mail(email_id: int) -> None:
    """Send one queued mail and drop its row. Nothing happens when it was sent before."""
    for email in get_model("communication", "Email").objects.filter(pk=email_id):
        context = {"queued_subject": email.subject, "text": email.body_text}
        mail.send(name="account_message", to=email.email, key=f"queued-{email.pk}", context=context)
        email.delete()
