from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardTestingConfig(AppConfig):
    """Keeps thieves from finding out here which stolen cards still work. `gate` is the door; `limits` says why so."""

    name = "shop.card_testing"
    verbose_name = _("Card testing")
    default_auto_field = "django.db.models.BigAutoField"
