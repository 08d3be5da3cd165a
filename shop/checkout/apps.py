from django.urls import path
from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    """One page instead of Oscar's seven; the money is asked for on Stripe's page."""

    name = "shop.checkout"

    def ready(self) -> None:
        """Oscar's checkout views are not used."""

    def get_urls(self) -> list:
        from shop.checkout import views

        urls = [
            path("", views.CheckoutView.as_view(), name="index"),
            path("continue/<str:token>/", views.ContinueView.as_view(), name="continue"),
            path("return/<slug:number>/", views.return_from_payment, name="return"),
            path("thank-you/<slug:number>/", views.thank_you, name="thank-you"),
        ]
        return self.post_process_urls(urls)
