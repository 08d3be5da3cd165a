"""The people who give."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Donor(models.Model):
    """Somebody who gave or began to. Has no login: the mail address is who they are."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, help_text=_("As typed with the newest gift that was received."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="donor_email_once"),
            models.CheckConstraint(condition=~Q(email=""), name="donor_has_email"),
        ]

    def __str__(self) -> str:
        return self.email
