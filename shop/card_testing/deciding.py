"""Staff open and close payments."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction

from shop.card_testing import switch, tasks
from shop.card_testing.models import Switch


@transaction.atomic
def decide(decision: Switch, *, by: AbstractBaseUser | AnonymousUser, now: datetime) -> None:
    """Write the decision down; it holds at once. What it closes loses its open payment pages too."""
    were_closed = switch.current().closed
    decision.changed_by_id, decision.changed_at = by.pk, now
    decision.save(force_insert=True)
    for purpose in sorted(switch.current().closed - were_closed):
        tasks.close_all_pages.defer(purpose=purpose)
