"""A tag in several colors, as the catalogue has it, for tests of pages and baskets."""

import io
from decimal import Decimal
from typing import Any

from oscar.core.loading import get_model
from PIL import Image

from shop.catalogue import product_pictures
from shop.stock import movements


def make_colored_tag(
    *, colors: tuple[str, ...] = ("Poppy", "Jade"), stock: int = 10, title: str = "TassaTag", price: str = "12.00"
) -> Any:
    """A parent product; each color has a stock record `TITLE-COLOR` and `stock` pieces."""
    product_class, _ = get_model("catalogue", "ProductClass").objects.get_or_create(
        slug="tag", defaults={"name": "Tag", "requires_shipping": True, "track_stock": True}
    )
    for code, kind in (("color", "text"), ("color_hex", "text"), ("weight", "float")):
        product_class.attributes.get_or_create(code=code, defaults={"name": code.title(), "type": kind})
    partner, _ = get_model("partner", "Partner").objects.get_or_create(name="Warehouse")
    Product = get_model("catalogue", "Product")
    parent = Product.objects.create(
        title=title, structure="parent", product_class=product_class, description="A *bright* tag."
    )
    for color in colors:
        child = Product(title=f"{title}, {color}", structure="child", parent=parent)
        child.attr.color, child.attr.color_hex = color, "#e5412d"
        child.save()
        record = get_model("partner", "StockRecord").objects.create(
            product=child, partner=partner, partner_sku=f"{title}-{color}".upper(), price=Decimal(price)
        )
        if stock:
            movements.receive(stockrecord_id=record.pk, quantity=stock)
    return parent


def color(parent: Any, name: str) -> Any:
    """The variant of that color."""
    return parent.children.get(title=f"{parent.title}, {name}")


def stock_of(product: Any) -> Any:
    return product.stockrecords.get()


def photo(
    *, size: tuple[int, int] = (800, 600), kind: str = "JPEG", shade: str = "orange", **options: Any
) -> io.BytesIO:
    """A picture file as a camera or a phone would send it."""
    file = io.BytesIO()
    Image.new("RGB", size, shade).save(file, kind, **options)
    file.seek(0)
    file.name = f"photo.{kind.lower()}"
    return file


def add_picture(product: Any, **of_photo: Any) -> Any:
    name = product_pictures.keep(product_pictures.accept(photo(**of_photo)))
    return product.images.create(original=name, caption="A bright tag", display_order=product.images.count())
