"""The catalogue as data files, put into the database: goods, pictures, opening stock, countries, shipping charges.

What was loaded once belongs to the staff: a second run changes nothing, unless it is told to set everything back.
"""

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from oscar.core.loading import get_model

from shop.catalogue import product_pictures, tasks
from shop.catalogue.goods import COLOR, COLOR_HEX
from shop.stock import movements

HERE = Path(__file__).resolve().parent
DATA, PICTURES = HERE / "data", HERE / "pictures"

ATTRIBUTES = (
    (COLOR, "Color", "text"),
    (COLOR_HEX, "Color on screens, as #e5412d", "text"),
    ("weight", "Weight in kg", "float"),
)


@transaction.atomic
def load_goods(*, overwrite: bool = False) -> bool:
    """Load `goods.toml` with pictures and opening stock. Tells whether anything was done.

    With `overwrite` texts, prices, categories and pictures of the data are set back to what the files say; stock counts
    never are, and what staff added stays.
    """
    data = tomllib.loads((DATA / "goods.toml").read_text())
    Product = get_model("catalogue", "Product")
    if not overwrite and Product.objects.filter(code__in=[one["code"] for one in data["products"]]).exists():
        return False
    partner, _is_new = get_model("partner", "Partner").objects.get_or_create(
        code=slugify(data["maker"]), defaults={"name": data["maker"]}
    )
    classes = {one["code"]: _product_class(one) for one in data["product_classes"]}
    categories = {one["code"]: _category(one) for one in data["categories"]}
    for one in data["products"]:
        product = _product(one, classes[one["product_class"]], categories[one["category"]])
        for sold, stock in _what_is_sold(one, product):
            _stock_record(sold, partner, one, data["currency"], stock)
    for picture in json.loads((PICTURES / "pictures.json").read_text()):
        _picture(picture)
    return True


@transaction.atomic
def load_shipping(*, overwrite: bool = False) -> bool:
    """Load `shipping.toml`. Tells whether anything was done."""
    data = tomllib.loads((DATA / "shipping.toml").read_text())
    WeightBased = get_model("shipping", "WeightBased")
    if not overwrite and WeightBased.objects.exists():
        return False
    for one in data["countries"]:
        get_model("address", "Country").objects.update_or_create(
            iso_3166_1_a2=one["code"],
            defaults={
                "name": one["name"],
                "printable_name": one["name"],
                "is_shipping_country": True,
                "display_order": 100 if one.get("is_first") else 0,
            },
        )
    for one in data["methods"]:
        _shipping_method(one)
    return True


def _product_class(one: dict[str, Any]) -> Any:
    product_class, _is_new = get_model("catalogue", "ProductClass").objects.update_or_create(
        slug=one["code"], defaults={"name": one["name"], "requires_shipping": True, "track_stock": True}
    )
    for code, name, kind in ATTRIBUTES:
        product_class.attributes.update_or_create(code=code, defaults={"name": name, "type": kind})
    return product_class


def _category(one: dict[str, Any]) -> Any:
    Category = get_model("catalogue", "Category")
    category = Category.objects.filter(code=one["code"]).first() or Category.objects.add_root(
        {"code": one["code"], "name": one["name"]}
    )
    category.name, category.slug, category.description = one["name"], one["code"], one["description"]
    if not category.image:
        category.image = _kept(one["image"], is_first=True)
    category.save()
    return category


def _product(one: dict[str, Any], product_class: Any, category: Any) -> Any:
    Product = get_model("catalogue", "Product")
    product, _is_new = Product.objects.update_or_create(
        code=one["code"],
        defaults={
            "title": one["title"],
            "slug": slugify(one["title"]),
            "structure": Product.PARENT if "colors" in one else Product.STANDALONE,
            "product_class": product_class,
            "priority": one["priority"],
            "description": one["description"].strip(),
            "meta_description": one["summary"],
        },
    )
    product.attr.weight = float(one["weight"])
    product.save()
    product.categories.set([category])
    return product


def _what_is_sold(one: dict[str, Any], product: Any) -> list[tuple[Any, int]]:
    """The variants of a product, or itself, each with its opening stock."""
    if "colors" not in one:
        return [(product, one["opening_stock"])]
    colors = json.loads((PICTURES / "colors.json").read_text())
    return [(_child(product, code, colors[code]), one["opening_stock"][code]) for code in one["colors"]]


def _child(parent: Any, color_code: str, color: dict[str, str]) -> Any:
    Product = get_model("catalogue", "Product")
    title = f"{parent.title}, {color['name']}"
    child, _is_new = Product.objects.update_or_create(
        code=f"{parent.code}-{color_code}",
        defaults={"title": title, "slug": slugify(title), "structure": Product.CHILD, "parent": parent},
    )
    child.attr.color, child.attr.color_hex = color["name"], color["hex"]
    child.save()
    return child


def _stock_record(sold: Any, partner: Any, one: dict[str, Any], currency: str, stock: int) -> None:
    sku = "-".join([one["sku"], *sold.code.split("-")[1:]]).upper()
    record, is_new = get_model("partner", "StockRecord").objects.update_or_create(
        partner=partner,
        partner_sku=sku,
        defaults={
            "product": sold,
            "price": Decimal(one["price"]),
            "price_currency": currency,
            "low_stock_threshold": one["low_stock_threshold"],
        },
    )
    if is_new:
        movements.receive(stockrecord_id=record.pk, quantity=stock, note="Opening stock")


def _picture(one: dict[str, Any]) -> None:
    """Attach a drawn picture to its product; the first of each gets its renditions before the others."""
    Product = get_model("catalogue", "Product")
    code = one["product"] if one["color"] == "mixed" else f"{one['product']}-{one['color']}"
    product = Product.objects.filter(code=code).first()
    if product is None or not (PICTURES / one["file"]).exists():
        return
    is_first = one["order"] == 1
    get_model("catalogue", "ProductImage").objects.update_or_create(
        code=Path(one["file"]).stem,
        defaults={
            "product": product,
            "original": _kept(one["file"], is_first=is_first),
            "caption": one["alt"],
            "display_order": one["order"] - 1,
        },
    )


def _kept(file: str, *, is_first: bool) -> str:
    """A drawn picture goes the way of every upload."""
    with (PICTURES / file).open("rb") as drawn:
        name = product_pictures.keep(product_pictures.accept(drawn))
    tasks.make_renditions_soon(name, is_first=is_first)
    return name


def _shipping_method(one: dict[str, Any]) -> None:
    method, _is_new = get_model("shipping", "WeightBased").objects.update_or_create(
        code=one["code"],
        defaults={
            "name": one["name"],
            "description": one["description"],
            "default_weight": Decimal(one["default_weight"]),
        },
    )
    method.countries.set(one["countries"])
    method.bands.all().delete()
    for band in one["bands"]:
        method.bands.create(upper_limit=Decimal(band["up_to"]), charge=Decimal(band["charge"]))
