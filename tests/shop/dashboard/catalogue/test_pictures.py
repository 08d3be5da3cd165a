"""Pictures that staff upload, and what stands in the way of a bad one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from oscar.core.loading import get_model

from shop.catalogue.product_pictures import StoredPicture
from tests.jobs import do_jobs, waiting_jobs
from tests.shop.catalogue.colored_tag import color, make_colored_tag, photo
from tests.shop.catalogue.test_accepted_pictures import png_bomb
from tests.shop.dashboard.catalogue.test_stock import product_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def jade():
    return color(make_colored_tag(), "Jade")


def upload(client, product, data, name="photo.jpg"):
    form = product_form(product) | {
        "images-TOTAL_FORMS": "1",
        "images-0-original": SimpleUploadedFile(name, data),
        "images-0-caption": "A jade tag",
        "images-0-display_order": "0",
    }
    return client.post(f"/dashboard/catalogue/products/{product.pk}/", form)


def test_a_photograph_is_kept_shown_and_rendered_by_the_worker(sam_client, client, jade):
    assert upload(sam_client, jade, photo(size=(1000, 800)).getvalue(), "IMG 1.exe").status_code == 302
    image = jade.images.get()
    assert StoredPicture.from_name(image.original.name).width == 1000
    assert waiting_jobs() == ["make_renditions"]
    page = client.get(f"{jade.parent.get_absolute_url()}?color=jade")
    assert image.original.url in page.text
    do_jobs()
    page = client.get(f"{jade.parent.get_absolute_url()}?color=jade")
    assert "/640.avif 640w" in page.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (png_bomb(12_000), "more than 25 megapixels"),
        (b"<svg onload='alert(1)'/>", "not a whole JPEG, PNG or WebP picture"),
        (photo().getvalue()[:300], "not a whole JPEG, PNG or WebP picture"),
        (photo(kind="GIF").getvalue(), "not a whole JPEG, PNG or WebP picture"),
    ],
)
def test_a_bad_picture_is_told_beside_its_field_and_nothing_is_saved(sam_client, jade, data, message):
    page = upload(sam_client, jade, data)
    assert page.status_code == 200
    assert message in page.context["image_formset"].errors[0]["original"][0]
    assert message in page.text
    assert not jade.images.exists()
    assert waiting_jobs() == []


def test_a_category_takes_a_picture_by_the_same_rules(sam_client):
    Category = get_model("catalogue", "Category")
    form = {
        "name": "Tags",
        "slug": "tags",
        "is_public": "on",
        "treebeard_position": "first-child",
        "treebeard_ref_node": "",
    }
    bad = sam_client.post(
        "/dashboard/catalogue/categories/create/", form | {"image": SimpleUploadedFile("a.png", b"no")}
    )
    assert "not a whole JPEG" in bad.text
    assert not Category.objects.exists()
    good = form | {"image": SimpleUploadedFile("a.png", photo(kind="PNG").getvalue())}
    assert sam_client.post("/dashboard/catalogue/categories/create/", good).status_code == 302
    do_jobs()
    assert Category.objects.get().image.name.endswith("/ready.jpg")


def test_no_attribute_takes_a_file_unchecked(sam_client, jade):
    product_class = jade.parent.product_class
    page = sam_client.get(f"/dashboard/catalogue/product-type/{product_class.pk}/update/")
    kinds = {kind for kind, _label in page.context["attributes_formset"].forms[0].fields["type"].choices}
    assert not kinds & {"file", "image"}
    product_class.attributes.create(code="leaflet", name="Leaflet", type="file")
    page = sam_client.get(f"/dashboard/catalogue/products/{jade.pk}/")
    assert "attr_leaflet" not in page.context["form"].fields
