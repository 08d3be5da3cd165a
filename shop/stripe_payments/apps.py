from django.apps import AppConfig


class StripePaymentsConfig(AppConfig):
    name = "shop.stripe_payments"
    default_auto_field = "django.db.models.BigAutoField"
