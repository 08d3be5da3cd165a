"""Goods to buy in tests, made through the same doors as real ones."""

from decimal import Decimal
from typing import Any

from oscar.core.loading import get_model

from shop.stock import movements


def make_tag(*, title: str = "Luggage tag", price: str = "12.00", stock: int = 10, sku: str = "") -> Any:
    """A stand-alone product with its stock record; `stock` pieces arrived."""
    product_class, _ = get_model("catalogue", "ProductClass").objects.get_or_create(
        name="Goods", defaults={"requires_shipping": True, "track_stock": True}
    )
    partner, _ = get_model("partner", "Partner").objects.get_or_create(name="Warehouse")
    product = get_model("catalogue", "Product").objects.create(
        title=title, product_class=product_class, structure="standalone"
    )
    record = get_model("partner", "StockRecord").objects.create(
        product=product, partner=partner, partner_sku=sku or f"SKU-{product.pk}", price=Decimal(price)
    )
    if stock:
        movements.receive(stockrecord_id=record.pk, quantity=stock)
    return product


def counts(product: Any) -> tuple[int, int]:
    """(in stock, allocated) of the product's only stock record."""
    record = product.stockrecords.get()
    return record.num_in_stock, record.num_allocated


def allow_shipping(charge: str = "2.50", *countries: str) -> None:
    """One shipping method to the countries (the United States by default) at one charge."""
    Country = get_model("address", "Country")
    method = get_model("shipping", "WeightBased").objects.create(code="standard", name="Standard")
    method.bands.create(upper_limit=Decimal(1000), charge=Decimal(charge))
    for code in countries or ("US",):
        country, _ = Country.objects.update_or_create(
            iso_3166_1_a2=code, defaults={"printable_name": code, "name": code, "is_shipping_country": True}
        )
        method.countries.add(country)
