"""Jobs: closing payment pages, mailing a link, and forgetting."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shop import mail
from shop.card_testing import switch
from shop.card_testing.models import ChallengedMinute, Decline, MailedLink, Start
from shop.stripe_payments import ledger
from shop.stripe_payments.models import Payment
from shop.tasks import PATIENT

# The longest limit counts a day; the rest is for staff who look back.
KEPT = timedelta(days=8)


@app.task(queue="payments", retry=PATIENT)
def close_page(reference: str) -> None:
    """No card can be tried on this payment's page any more. One that is paid meanwhile stays paid."""
    ledger.close(reference, cause="card testing")


def close_pages(references: Iterable[str]) -> None:
    """Have each of them closed by a job; one that waits already is not asked for again."""
    for reference in references:
        try:
            with transaction.atomic():
                close_page.configure(queueing_lock=f"close-{reference}").defer(reference=reference)
        except AlreadyEnqueued:
            continue


@app.task(queue="payments", retry=PATIENT)
def close_all_pages(purpose: str) -> None:
    """Staff closed this kind of payment: the pages that stand open end too. Not if staff opened it again meanwhile."""
    if switch.is_open(purpose):
        return
    waiting = Payment.objects.filter(status=Payment.Status.OPEN, lines__purpose=purpose)
    close_pages(waiting.values_list("reference", flat=True).distinct())


@app.task(queue="mail", retry=PATIENT)
def send_link_mail(link_id: int) -> None:
    """The way on, to the address that was typed and to no other. Nothing that was typed stands in it."""
    for link in MailedLink.objects.filter(pk=link_id, expires_at__gt=timezone.now()):
        context = {"link": f"{settings.SITE_URL}{link.get_absolute_url()}", "is_gift": link.purpose == "gift"}
        mail.send(name="payment_link", to=link.email, context=context, key=f"payment_link-{link.pk}-{link.made_at}")


@app.periodic(cron="*/10 * * * *")
@app.task(queue="housekeeping")
def forget_mailed_forms(timestamp: int) -> None:
    """What somebody typed is kept no longer than its link works."""
    MailedLink.objects.filter(expires_at__lt=timezone.now()).delete()


@app.periodic(cron="27 4 * * *")
@app.task(queue="housekeeping")
def forget_old_counts(timestamp: int) -> None:
    """What no limit asks for any more. The decisions of staff are kept."""
    since = timezone.now() - KEPT
    Start.objects.filter(started_at__lt=since).delete()
    Decline.objects.filter(declined_at__lt=since).delete()
    ChallengedMinute.objects.filter(minute__lt=since).delete()
