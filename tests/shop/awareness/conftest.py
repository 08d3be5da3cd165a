"""Two products as the shop has them: a tag with a color, and a pack without any."""

import pytest
from oscar.core.loading import get_model

from shop.awareness.loading import load_awareness


@pytest.fixture
def tag(db):
    """The luggage tag, in one color: `tag.children.get()`."""
    Product = get_model("catalogue", "Product")
    product_class = get_model("catalogue", "ProductClass").objects.create(name="Tag")
    tag = Product.objects.create(
        structure=Product.PARENT, title="TassaTag luggage tag", code="tag", product_class=product_class
    )
    Product.objects.create(structure=Product.CHILD, parent=tag, title="Poppy", code="tag-poppy")
    return tag


@pytest.fixture
def pack(tag):
    """A product that the data files place a topic on, too."""
    Product = get_model("catalogue", "Product")
    return Product.objects.create(
        structure=Product.STANDALONE, title="Group pack of ten tags", code="pack", product_class=tag.product_class
    )


@pytest.fixture
def mug(tag):
    """A product that nobody has placed a topic on."""
    Product = get_model("catalogue", "Product")
    return Product.objects.create(
        structure=Product.STANDALONE, title="Mug", code="mug", product_class=tag.product_class
    )


@pytest.fixture
def loaded(tag, pack):
    """The data files, in the database."""
    return load_awareness()
