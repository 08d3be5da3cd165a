from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Attempt(models.Model):
    """That something was tried once, such as a password. Whose it was is kept as a keyed hash only."""

    key = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=("key", "made_at"))]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.made_at:%Y-%m-%d %H:%M}"


class EmailChange(models.Model):
    """A new mail address that the owner of an account asked for; in force once its link was opened."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="email_changes")
    old_email = models.EmailField()
    new_email = models.EmailField()
    requested_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, help_text=_("When the link in the mail was opened."))

    def __str__(self) -> str:
        return f"{self.user_id} {self.requested_at:%Y-%m-%d %H:%M}"
