"""The goods as pages show them: a product with its colors, price, stock and pictures, in four queries for any number.

Cards and the product page both get `Goods`; nothing on it asks the database again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.text import slugify
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

COLOR, COLOR_HEX, WEIGHT = "color", "color_hex", "weight"
FEW = 5


@dataclass(frozen=True)
class Color:
    """A color that can be chosen: `slug` stands in addresses (`?color=poppy`), `hex` as `#e5412d` or empty."""

    slug: str
    name: str
    hex: str


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Variant:
    """What is put in a basket: one color of a product, or the product itself when there is nothing to choose."""

    product: Any
    color: Color | None
    sku: str
    amount: Decimal | None
    availability: Any
    pictures: Sequence[Any]
    url: str

    @property
    def id(self) -> int:
        return self.product.pk

    @property
    def is_available(self) -> bool:
        return self.availability.is_available_to_buy

    @property
    def is_low(self) -> bool:
        return self.is_available and self.most is not None and self.most <= FEW

    @property
    def label(self) -> str:
        return self.color.name if self.color else self.product.get_title()

    @property
    def stock_wording(self) -> str:
        """`In stock`, `Only 3 left`, `Sold out` or `Not for sale at the moment`."""
        return str(self.availability.message)

    @property
    def image(self) -> Any | None:
        return self.pictures[0] if self.pictures else None

    @property
    def most(self) -> int | None:
        """The most pieces that can be bought now; None where stock is not counted."""
        return max(0, self.availability.num_available) if hasattr(self.availability, "num_available") else None


@dataclass(frozen=True)
class Goods:
    """One product of the catalogue. `variants` has at least one entry, unless every color was withdrawn."""

    product: Any
    variants: Sequence[Variant]
    pictures: Sequence[Any]

    @property
    def title(self) -> str:
        return self.product.title

    @property
    def url(self) -> str:
        return self.product.get_absolute_url()

    @property
    def has_choice(self) -> bool:
        return self.product.is_parent

    @property
    def colors(self) -> list[Color]:
        return [variant.color for variant in self.variants if variant.color is not None]

    @property
    def image(self) -> Any | None:
        """The product's own first picture, or the first of its first variant."""
        shown = (picture for pictures in (self.pictures, *(v.pictures for v in self.variants)) for picture in pictures)
        return next(shown, None)

    @property
    def amount(self) -> Decimal | None:
        """The lowest price, without tax."""
        return min((variant.amount for variant in self.variants if variant.amount is not None), default=None)

    @property
    def is_from(self) -> bool:
        """Whether some variant costs more than `amount`."""
        return len({variant.amount for variant in self.variants if variant.amount is not None}) > 1

    @property
    def is_available(self) -> bool:
        return any(variant.is_available for variant in self.variants)

    @property
    def stock_wording(self) -> str:
        """That of the first variant that can be bought, or else why none can."""
        return self.first_choice.stock_wording if self.first_choice else _("Not for sale at the moment")

    @property
    def facts(self) -> list[Fact]:
        """What staff wrote into the product's attributes, but for its color."""
        values = (value for value in self.product.shown_values if value.attribute.code not in (COLOR, COLOR_HEX))
        return [_fact(value) for value in values if value.value not in (None, "")]

    def variant_of_color(self, slug: str) -> Variant | None:
        return next((variant for variant in self.variants if variant.color and variant.color.slug == slug), None)

    def variant_with_id(self, product_id: int) -> Variant | None:
        return next((variant for variant in self.variants if variant.id == product_id), None)

    @property
    def first_choice(self) -> Variant | None:
        """What the page shows before a color was chosen: the first one that can be bought."""
        return next((v for v in self.variants if v.is_available), self.variants[0] if self.variants else None)


def goods_with_ids(ids: Sequence[int], *, strategy: Any) -> list[Goods]:
    """The goods of these stand-alone and parent products, in this order. Four queries; none for no ids."""
    if not ids:
        return []
    Product = get_model("catalogue", "Product")
    wanted = Q(pk__in=ids) | Q(parent_id__in=ids, is_public=True)
    products = list(Product.objects.filter(wanted).select_related("product_class").order_by("-priority", "pk"))
    _fetch_what_is_shown(products)
    by_id = {product.pk: product for product in products}
    children = _children_by_parent(products, by_id)
    return [_goods(by_id[pk], children.get(pk, []), strategy) for pk in ids if pk in by_id]


def color_of(product: Any) -> Color | None:
    """The color of a product fetched with `shown_values` (see `prefetch_of_values`)."""
    values = {value.attribute.code: value.value_text for value in product.shown_values}
    name = values.get(COLOR)
    return Color(slugify(name), name, values.get(COLOR_HEX) or "") if name else None


def prefetch_of_values(lookup: str = "attribute_values") -> Prefetch:
    """For a product queryset, or with `product__attribute_values` for basket lines."""
    values = (
        get_model("catalogue", "ProductAttributeValue").objects.select_related("attribute").order_by("attribute_id")
    )
    return Prefetch(lookup, values, to_attr="shown_values")


def _fetch_what_is_shown(products: list[Any]) -> None:
    records = get_model("partner", "StockRecord").objects.order_by("pk")
    prefetch_related_objects(products, Prefetch("stockrecords", records), "images", prefetch_of_values())


def _children_by_parent(products: Iterable[Any], by_id: dict[int, Any]) -> dict[int, list[Any]]:
    children: dict[int, list[Any]] = {}
    for product in products:
        if product.parent_id is not None:
            product.parent = by_id[product.parent_id]
            children.setdefault(product.parent_id, []).append(product)
    return children


def _goods(product: Any, children: list[Any], strategy: Any) -> Goods:
    pictures = list(product.images.all())
    sold = children if product.is_parent else [product]
    return Goods(product, [_variant(one, product, pictures, strategy) for one in sold], pictures)


def _variant(sold: Any, product: Any, pictures: Sequence[Any], strategy: Any) -> Variant:
    info = strategy.fetch_for_product(sold)
    color = color_of(sold)
    url = product.get_absolute_url()
    return Variant(
        product=sold,
        color=color,
        sku=info.stockrecord.partner_sku if info.stockrecord else "",
        amount=info.price.excl_tax,
        availability=info.availability,
        pictures=list(sold.images.all()) or pictures,
        url=f"{url}?color={color.slug}" if color and sold is not product else url,
    )


def _fact(value: Any) -> Fact:
    """Staff type the weight in kilograms, as its label tells them; a tag's is read in grams."""
    if value.attribute.code == WEIGHT:
        return Fact(_("Weight"), _("%(grams)d g") % {"grams": round(value.value * 1000)})
    return Fact(value.attribute.name, str(value.value_as_text))
