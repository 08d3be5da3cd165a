"""Jobs of the catalogue: the renditions of uploaded pictures."""

from oscar.core.loading import get_model
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from shop.catalogue import product_pictures

# Mail and money (priority 0) go before pictures, and the picture that a card shows before the others.
FIRST_PICTURES, OTHER_PICTURES = -5, -10


@app.task(queue="pictures", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def make_renditions(name: str) -> None:
    """Make the renditions of a kept picture, then let every row that shows it say so. Safe to repeat."""
    picture = product_pictures.StoredPicture.from_name(name)
    if picture is None:
        return
    ready_name = product_pictures.make_renditions(name)
    get_model("catalogue", "ProductImage").objects.filter(original=picture.master_name).update(original=ready_name)
    get_model("catalogue", "Category").objects.filter(image=picture.master_name).update(image=ready_name)


def make_renditions_soon(name: str, *, is_first: bool) -> None:
    """Defer the job, in the transaction that saves the row which shows the picture."""
    picture = product_pictures.StoredPicture.from_name(name)
    if picture is None or picture.is_ready:
        return
    make_renditions.configure(priority=FIRST_PICTURES if is_first else OTHER_PICTURES).defer(name=name)
