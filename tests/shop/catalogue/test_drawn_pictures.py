"""The drawn product pictures are complete, whole and told in words."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

PICTURES = Path(__file__).resolve().parents[3] / "shop" / "catalogue" / "pictures"
INDEX: list[dict[str, Any]] = json.loads((PICTURES / "pictures.json").read_text())
COLORS: dict[str, dict[str, str]] = json.loads((PICTURES / "colors.json").read_text())

per_picture = pytest.mark.parametrize("picture", INDEX, ids=lambda picture: picture["file"])


@per_picture
def test_picture_opens_whole_in_the_size_it_states(picture: dict[str, Any]) -> None:
    with Image.open(PICTURES / picture["file"]) as image:
        image.load()
        assert image.format == "JPEG"
        assert image.size == (picture["width"], picture["height"])


@per_picture
def test_picture_is_light_enough_to_commit_and_upload(picture: dict[str, Any]) -> None:
    assert (PICTURES / picture["file"]).stat().st_size < 350_000


@per_picture
def test_picture_is_told_in_a_sentence(picture: dict[str, Any]) -> None:
    assert 30 <= len(picture["alt"]) <= 250
    assert picture["alt"].endswith(".")
    assert not picture["alt"].lower().startswith(("image", "picture", "photo"))


@per_picture
def test_picture_carries_no_metadata(picture: dict[str, Any]) -> None:
    with Image.open(PICTURES / picture["file"]) as image:
        assert not image.getexif()


def test_file_names_say_product_color_and_setting() -> None:
    for picture in INDEX:
        assert picture["file"] == "{product}-{color}-{setting}.jpg".format(**picture)


def test_every_product_and_color_is_shown_from_at_least_two_sides_in_order() -> None:
    shown: dict[tuple[str, str], list[int]] = {}
    for picture in INDEX:
        shown.setdefault((picture["product"], picture["color"]), []).append(picture["order"])
    for orders in shown.values():
        assert len(orders) >= 2
        assert orders == list(range(1, len(orders) + 1))
    assert {color for product, color in shown if product == "tag"} == set(COLORS)
    assert {product for product, _ in shown} == {"tag", "keychain", "set", "pack"}
    assert sum(product == "keychain" for product, _ in shown) == 3


def test_folder_holds_no_picture_that_the_index_does_not_name() -> None:
    assert {path.name for path in PICTURES.glob("*.jpg")} == {picture["file"] for picture in INDEX}


def test_colors_are_named_and_written_as_hex() -> None:
    assert len(COLORS) == 6
    for color in COLORS.values():
        assert color["name"]
        for part in ("hex", "edge", "strap", "accent", "ink"):
            assert re.fullmatch(r"#[0-9a-f]{6}", color[part])


def test_pages_show_the_same_colors_as_the_pictures() -> None:
    tokens = (PICTURES.parents[2] / "static" / "css" / "tokens.css").read_text()
    for name, color in COLORS.items():
        assert f"--{name}: {color['hex']};" in tokens
