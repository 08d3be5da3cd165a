"""How a kept picture reaches the browser: made once in the worker, shown without asking anybody."""

import re

import pytest
from django.core.files.storage import default_storage
from django.template import Context, Template
from PIL import Image

from shop.catalogue import product_pictures, tasks
from shop.catalogue.product_pictures import StoredPicture, accept, keep
from tests.shop.catalogue.colored_tag import add_picture, make_colored_tag, photo

pytestmark = pytest.mark.django_db


def shown(image, options=""):
    return Template("{% load pictures %}{% picture image sizes='50vw' " + options + " %}").render(
        Context({"image": image})
    )


def jobs():
    from procrastinate.contrib.django.models import ProcrastinateJob

    return list(ProcrastinateJob.objects.filter(queue_name="pictures").order_by("-priority", "id"))


def test_renditions_have_fitting_widths_in_three_formats_and_none_above_the_original():
    name = keep(accept(photo(size=(1000, 500))))
    picture = StoredPicture.from_name(product_pictures.make_renditions(name))
    assert picture.is_ready
    assert picture.widths == [320, 640, 960, 1000]
    for width in picture.widths:
        for extension, kind in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
            with default_storage.open(picture.rendition_name(width, extension)) as file:
                rendition = Image.open(file)
                assert (rendition.format, rendition.size) == (kind, (width, width // 2))


def test_a_small_picture_is_not_enlarged():
    assert StoredPicture.from_name(keep(accept(photo(size=(200, 100))))).widths == [200]


def test_the_job_lets_every_row_say_that_the_renditions_are_there():
    tag = make_colored_tag()
    image, other = add_picture(tag), add_picture(tag.children.first())
    tasks.make_renditions(image.original.name)
    for row in (image, other):
        row.refresh_from_db()
        assert row.original.name.endswith("/ready.jpg")


def test_a_half_written_file_of_a_killed_worker_is_made_again():
    name = keep(accept(photo()))
    picture = StoredPicture.from_name(name)
    default_storage.save(picture.rendition_name(320, "avif"), product_pictures.ContentFile(b"half"))
    default_storage.save(picture.ready_name, product_pictures.ContentFile(b"half"))
    product_pictures.make_renditions(name)
    with default_storage.open(picture.rendition_name(320, "avif")) as file:
        assert Image.open(file).format == "AVIF"
    assert default_storage.size(picture.ready_name) == default_storage.size(name)


def test_a_repeated_job_and_a_job_for_a_picture_that_is_ready_change_nothing():
    name = keep(accept(photo()))
    ready = product_pictures.make_renditions(name)
    before = default_storage.get_modified_time(ready)
    assert product_pictures.make_renditions(name) == product_pictures.make_renditions(ready) == ready
    assert default_storage.get_modified_time(ready) == before
    assert keep(accept(photo())) == ready


def test_pictures_on_cards_are_made_before_the_others_and_after_the_mail():
    tasks.make_renditions_soon(keep(accept(photo(shade="red"))), is_first=False)
    tasks.make_renditions_soon(keep(accept(photo(shade="green"))), is_first=True)
    assert [job.priority for job in jobs()] == [tasks.FIRST_PICTURES, tasks.OTHER_PICTURES]
    assert tasks.FIRST_PICTURES < 0


def test_the_master_is_shown_until_the_renditions_are_there():
    image = add_picture(make_colored_tag())
    html = shown(image)
    assert "<source" not in html
    assert re.search(r'<img src="/media/pictures/[0-9a-f]{20}-800x600/master\.jpg" alt="A bright tag"', html)
    assert 'width="800" height="600"' in html


def test_a_ready_picture_is_offered_in_three_formats_without_a_query_or_a_look_at_the_disk(
    settings, django_assert_num_queries
):
    image = add_picture(make_colored_tag())
    tasks.make_renditions(image.original.name)
    image.refresh_from_db()
    settings.MEDIA_ROOT = "/nowhere"
    with django_assert_num_queries(0):
        html = shown(image)
    assert re.findall(r'<source type="([^"]+)"', html) == ["image/avif", "image/webp", "image/jpeg"]
    assert re.search(r'srcset="\S+/320\.avif 320w, \S+/640\.avif 640w, \S+/800\.avif 800w" sizes="50vw"', html)
    assert re.search(r'<img src="\S+/800\.jpg"', html)


def test_the_first_picture_is_fetched_at_once_and_the_others_when_they_come_into_sight():
    image = add_picture(make_colored_tag())
    assert 'fetchpriority="high"' in shown(image, "eager=True")
    assert 'loading="lazy"' in shown(image)


def test_captions_are_escaped_and_no_picture_is_no_markup():
    image = add_picture(make_colored_tag())
    image.caption = '"><script>'
    assert "<script>" not in shown(image)
    assert shown(None) == ""
