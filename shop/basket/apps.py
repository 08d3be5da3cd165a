from django.urls import path
from oscar.apps.basket import apps


class BasketConfig(apps.BasketConfig):
    """Looking into the basket and putting goods in; vouchers and saved baskets are not used."""

    name = "shop.basket"

    def ready(self) -> None:
        """Oscar's basket views are not used."""

    def get_urls(self) -> list:
        from shop.basket import views

        urls = [
            path("", views.BasketView.as_view(), name="summary"),
            path("add/<int:pk>/", views.BasketAddView.as_view(), name="add"),
        ]
        return self.post_process_urls(urls)
