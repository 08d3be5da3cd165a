from django.urls import path, re_path
from oscar.apps.catalogue import apps
from oscar.core.loading import get_class


class CatalogueConfig(apps.CatalogueConfig):
    """Oscar's addresses for the catalogue, its categories and products; reviews and ranges are not used."""

    name = "shop.catalogue"

    def ready(self) -> None:
        super().ready()
        self.catalogue_view = get_class("search.views", "CatalogueView")
        self.category_view = get_class("search.views", "ProductCategoryView")
        self.detail_view = get_class("catalogue.views", "ProductDetailView")

    def get_urls(self) -> list:
        urls = [
            path("", self.catalogue_view.as_view(), name="index"),
            re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>\d+)/$", self.detail_view.as_view(), name="detail"),
            re_path(
                r"^category/(?P<category_slug>[\w-]+(/[\w-]+)*)_(?P<pk>\d+)/$",
                self.category_view.as_view(),
                name="category",
            ),
        ]
        return self.post_process_urls(urls)
