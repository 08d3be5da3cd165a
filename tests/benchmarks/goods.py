"""A catalogue of any size: the real goods, and as many like them as are asked for."""

from decimal import Decimal
from typing import Any

from oscar.core.loading import get_model

SOME = 500


def fill_catalogue_to(number: int) -> None:
    """Add products with price, stock, category and picture until the public sees `number` of them."""
    Product = get_model("catalogue", "Product")
    have = Product.objects.filter(parent=None, is_public=True).count()
    for start in range(have, number, SOME):
        _add(range(start, min(start + SOME, number)))
    _let_the_planner_look()


def _add(numbers: range) -> None:
    Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
    model = Product.objects.filter(parent=None, is_public=True).order_by("pk").first()
    category, record = model.categories.first(), StockRecord.objects.order_by("pk").first()
    products = Product.objects.bulk_create(
        Product(
            title=f"Luggage tag of the kind {number}",
            slug=f"luggage-tag-{number}",
            structure="standalone",
            product_class_id=model.product_class_id,
            description="A bright cloth tag.",
        )
        for number in numbers
    )
    StockRecord.objects.bulk_create(
        StockRecord(
            product=product,
            partner_id=record.partner_id,
            partner_sku=f"BENCH-{product.pk}",
            price=Decimal("12.00"),
            num_in_stock=5,
        )
        for product in products
    )
    links = get_model("catalogue", "ProductCategory")
    links.objects.bulk_create(links(product=product, category=category) for product in products)
    _picture_like(get_model("catalogue", "ProductImage").objects.order_by("pk").first(), products)


def _picture_like(image: Any, products: list[Any]) -> None:
    """Every product shows the first picture of the real goods."""
    fields = {
        field.attname: getattr(image, field.attname)
        for field in image._meta.concrete_fields
        if field.attname not in ("id", "code", "product_id")
    }
    type(image).objects.bulk_create(type(image)(**fields, product=product) for product in products)


def _let_the_planner_look() -> None:
    """What PostgreSQL does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
