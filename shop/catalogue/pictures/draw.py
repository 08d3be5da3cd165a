"""Draw the shop's product pictures, and the brand pictures made of them.

The goods are modeled in `studio/` and photographed by headless Chromium; this script serves the studio to the
browser from disk, names the pictures and saves them. See README.md beside it.
"""

import argparse
import base64
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Error, Page, Route, sync_playwright

HERE = Path(__file__).resolve().parent
BRAND = HERE.parents[2] / "static" / "img"
STUDIO_ADDRESS = "http://studio.invalid/"
CONTENT_TYPES = {".html": "text/html", ".js": "text/javascript"}
COLORS: dict[str, dict[str, str]] = json.loads((HERE / "colors.json").read_text())

KEY_CHAIN_COLORS = ("poppy", "jade", "indigo")
SQUARE = (1600, 1600)
LANDSCAPE = (1600, 1200)
HERO_SIZES = {"wide": (2000, 1100), "phone": (900, 1000)}
# Width of each fitting file, and the bytes its AVIF may take.
HERO_WEIGHTS = {"wide": {640: 22_000, 1280: 60_000, 2000: 115_000}, "phone": {450: 20_000, 900: 60_000}}
JPEG: dict[str, Any] = {"qualities": (88, 85, 82, 79, 76, 73, 70), "optimize": True, "progressive": True}
EXPOSURES = 26
HERO_EXPOSURES = 48  # a calm ground is light to send


@dataclass(frozen=True)
class Shot:
    """One picture: which scene, of what, and how it is told to somebody who cannot see it."""

    product: str
    color: str
    setting: str
    scene: str
    alt: str
    size: tuple[int, int] = SQUARE
    choices: dict[str, Any] = field(default_factory=lambda: COLORS)

    @property
    def file(self) -> str:
        return f"{self.product}-{self.color}-{self.setting}.jpg"


def shots() -> Iterator[Shot]:
    for name, color in COLORS.items():
        bright = color["name"].lower()
        yield Shot(
            "tag", name, "front", "tagFront",
            f"{color['name']} TassaTag luggage tag lying on paper: quilted handwoven cotton with a woven band of "
            "diamonds, cream stitching around the edge, a metal eyelet and a strap loop with a snap.",
            choices=color,
        )  # fmt: skip
        yield Shot(
            "tag", name, "suitcase", "tagSuitcase",
            f"{color['name']} TassaTag hanging by its strap from the leather handle of a blue-gray canvas suitcase.",
            choices=color,
        )  # fmt: skip
        yield Shot(
            "tag", name, "back", "tagBack",
            f"Back of the {bright} TassaTag: a sewn pocket with a clear window and a lined card for your name and "
            "phone number.",
            choices=color,
        )  # fmt: skip
    for name in KEY_CHAIN_COLORS:
        color = COLORS[name]
        yield Shot(
            "keychain", name, "front", "keyChainFront",
            f"{color['name']} Regina Center key chain lying on paper: a small padded cotton tag with a woven band "
            "of diamonds on a steel split ring.",
            choices=color,
        )  # fmt: skip
        yield Shot(
            "keychain", name, "hook", "keyChainHook",
            f"{color['name']} Regina Center key chain and a brass key hanging together from a hook on a wall.",
            choices=color,
        )  # fmt: skip
    yield Shot(
        "set", "mixed", "front", "setFront",
        "Traveler’s set on paper: a lagoon-blue TassaTag and, beside it, a poppy-red key chain.",
    )  # fmt: skip
    yield Shot(
        "set", "mixed", "low", "setLow",
        "Traveler’s set seen from low down: a fuchsia TassaTag and a jade key chain.",
        size=LANDSCAPE,
    )  # fmt: skip
    yield Shot(
        "pack", "mixed", "rows", "packRows",
        "Ten TassaTags in six bright colors, laid in two overlapping rows on paper.",
        size=LANDSCAPE,
    )  # fmt: skip
    yield Shot(
        "pack", "mixed", "stack", "packStack",
        "A stack of ten TassaTags in many colors, their straps spread to one side.",
        size=LANDSCAPE,
    )  # fmt: skip


def photograph(
    page: Page, *, scene: str, choices: dict[str, Any], size: tuple[int, int], exposures: int
) -> Image.Image:
    width, height = size
    address = page.evaluate(
        "([scene, choices, size]) => photograph(scene, choices, size)",
        [scene, choices, {"width": width, "height": height, "exposures": exposures}],
    )
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB")


def save_within(image: Image.Image, path: Path, *, at_most: int, qualities: tuple[int, ...], **options: Any) -> None:
    """Save in the best of the qualities that keeps the file within `at_most` bytes; the format is the suffix's."""
    for quality in qualities:
        image.save(path, quality=quality, **options)
        if path.stat().st_size <= at_most:
            return


def write_index() -> None:
    """`pictures.json`: what the catalogue reads. A product's pictures stand in the order of showing."""
    order: dict[tuple[str, str], int] = {}
    entries = []
    for shot in shots():
        key = (shot.product, shot.color)
        order[key] = order.get(key, 0) + 1
        entries.append(
            {
                "file": shot.file,
                "product": shot.product,
                "color": shot.color,
                "setting": shot.setting,
                "order": order[key],
                "width": shot.size[0],
                "height": shot.size[1],
                "alt": shot.alt,
            }
        )
    (HERE / "pictures.json").write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")


def draw_brand(page: Page, exposures: int) -> None:
    """The home page's hero in two crops, the picture shown when a page is shared, and the icons."""
    BRAND.mkdir(parents=True, exist_ok=True)
    for crop, size in HERO_SIZES.items():
        picture = photograph(page, scene="hero", choices=COLORS, size=size, exposures=exposures)
        for width, weight in HERO_WEIGHTS[crop].items():
            fitted = picture.resize((width, round(width * size[1] / size[0])), Image.Resampling.LANCZOS)
            stem = BRAND / f"hero-{crop}-{width}"
            save_within(fitted, stem.with_suffix(".avif"), at_most=weight, qualities=(58, 54, 50, 46, 42, 38), speed=5)
            save_within(fitted, stem.with_suffix(".webp"), at_most=weight * 3 // 2, qualities=(74, 68, 62, 56, 50))
            save_within(fitted, stem.with_suffix(".jpg"), at_most=weight * 3, **JPEG)
        if crop == "wide":
            draw_share_picture(picture)
    draw_icons(page)


def draw_share_picture(hero: Image.Image) -> None:
    """1200 x 630, the size that link previews ask for."""
    width, height = hero.size
    wanted = round(width * 630 / 1200)
    top = (height - wanted) // 2
    share = hero.crop((0, top, width, top + wanted)).resize((1200, 630), Image.Resampling.LANCZOS)
    save_within(share, BRAND / "og-image.jpg", at_most=200_000, **JPEG)


def draw_icons(page: Page) -> None:
    """Raster icons from `favicon.svg`, for what cannot show a vector."""
    mark = (BRAND / "favicon.svg").read_text()
    page.set_content(f"<style>body{{margin:0}}svg{{width:512px;height:512px;display:block}}</style>{mark}")
    large = Image.open(io.BytesIO(page.locator("svg").screenshot(omit_background=True))).convert("RGBA")
    large.resize((256, 256), Image.Resampling.LANCZOS).save(BRAND / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    ground = Image.new("RGBA", (180, 180), "#f6ecd9")
    inner = large.resize((148, 148), Image.Resampling.LANCZOS)
    ground.alpha_composite(inner, (16, 16))
    ground.convert("RGB").save(BRAND / "apple-touch-icon.png", optimize=True)


def serve_studio(route: Route) -> None:
    name = route.request.url.removeprefix(STUDIO_ADDRESS)
    path = HERE / "studio" / name
    if path.suffix in CONTENT_TYPES and path.is_file():
        route.fulfill(body=path.read_bytes(), content_type=CONTENT_TYPES[path.suffix])
    else:
        route.fulfill(status=404, body="")


def report(error: Error) -> None:
    sys.stderr.write(f"studio: {error}\n")


def open_studio(page: Page) -> None:
    page.on("pageerror", report)
    page.route("**/*", serve_studio)
    page.goto(f"{STUDIO_ADDRESS}index.html")
    page.wait_for_function("window.ready", timeout=120_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="draw only pictures whose file name contains one of these")
    parser.add_argument("--brand", action="store_true", help="draw hero, share picture and icons instead")
    parser.add_argument("--icons", action="store_true", help="draw only the raster icons")
    parser.add_argument("--index", action="store_true", help="only write pictures.json")
    parser.add_argument("--exposures", type=int, help="fewer is faster and coarser")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    write_index()
    if chosen.index:
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chosen.chromium,
            args=["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        )
        page = browser.new_page()
        page.set_default_timeout(600_000)
        if chosen.icons:
            draw_icons(page)
            return
        open_studio(page)
        if chosen.brand:
            draw_brand(page, chosen.exposures or HERO_EXPOSURES)
            return
        for shot in shots():
            if chosen.words and not any(word in shot.file for word in chosen.words):
                continue
            picture = photograph(
                page, scene=shot.scene, choices=shot.choices, size=shot.size, exposures=chosen.exposures or EXPOSURES
            )
            save_within(picture, HERE / shot.file, at_most=300_000, **JPEG)
            sys.stdout.write(f"{shot.file}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
