from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """What an account needs beyond Oscar's customer: counted attempts, and changes of its mail address."""

    name = "shop.accounts"
    verbose_name = _("Accounts")
