"""From an uploaded file to `<picture>`: what is accepted, what is kept, and what a browser is offered.

A picture's stored name says all that a page needs, so showing one asks neither the database nor the disk:

    pictures/<hash>-<width>x<height>/master.jpg   checked, turned upright, stripped of metadata, encoded anew
    pictures/<hash>-<width>x<height>/ready.jpg    the same file, once the renditions lie beside it
    pictures/<hash>-<width>x<height>/640.avif     a rendition, made once, in the worker

django-pictures was looked at and not taken: it needs a model field of its own, and Oscar's models stay as they are.
"""

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FOLDER = "pictures"
ACCEPTED_FORMATS = ("JPEG", "PNG", "WEBP")
ACCEPTED_TYPES = "image/jpeg,image/png,image/webp"
MOST_MEGAPIXELS = 25
MOST_MEGABYTES = 20
LONGEST_MASTER_SIDE = 2400
WIDTHS = (320, 640, 960, 1280, 1600)

# Sizes that look alike to the eye. AVIF's speed 9 takes a twelfth of the default's time for 15 % more bytes.
RENDITIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 50, "speed": 9, "max_threads": 1}),
    "webp": ("WEBP", {"quality": 75, "method": 3}),
    "jpg": ("JPEG", {"quality": 80, "progressive": True, "optimize": True}),
}
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
MASTER_QUALITY = 90

_NAME = re.compile(r"(?P<folder>.+/[0-9a-f]{20}-(?P<width>\d+)x(?P<height>\d+))/(?P<state>master|ready)\.jpg")


class UnacceptablePicture(ValueError):
    """The file cannot be used. Its text is for the person who uploaded it."""


@dataclass(frozen=True)
class StoredPicture:
    """What a stored name tells: the folder, the size in pixels, and whether the renditions are there."""

    folder: str
    width: int
    height: int
    is_ready: bool

    @classmethod
    def from_name(cls, name: str) -> "StoredPicture | None":
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        return cls(match["folder"], int(match["width"]), int(match["height"]), match["state"] == "ready")

    @property
    def master_name(self) -> str:
        return f"{self.folder}/master.jpg"

    @property
    def ready_name(self) -> str:
        return f"{self.folder}/ready.jpg"

    @property
    def widths(self) -> list[int]:
        """The rendered widths, none above the original's."""
        return [width for width in WIDTHS if width < self.width] + [min(self.width, WIDTHS[-1])]

    def rendition_name(self, width: int, extension: str) -> str:
        return f"{self.folder}/{width}.{extension}"


def accept(upload: IO[bytes]) -> ContentFile:
    """Check an uploaded file and make its master: a JPEG whose name is the stored name, not stored yet.

    The file's own name counts for nothing. The size is read from the header, so a picture too large is refused before
    any of it is decoded. Raises `UnacceptablePicture`.
    """
    _check_bytes(upload)
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(upload, formats=ACCEPTED_FORMATS)
            _check_pixels(picture.size)
            master = _upright_and_plain(picture)
        except UnacceptablePicture:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise UnacceptablePicture(_too_large()) from None
        except Exception as error:  # Pillow raises whatever a broken file makes its decoders meet
            raise UnacceptablePicture(
                _("This file is not a whole JPEG, PNG or WebP picture. Please choose another file.")
            ) from error
    data = _encoded(master, "JPEG", {"quality": MASTER_QUALITY})
    digest = hashlib.sha256(data).hexdigest()[:20]
    return ContentFile(data, name=f"{FOLDER}/{digest}-{master.width}x{master.height}/master.jpg")


def keep(master: ContentFile) -> str:
    """Store a master and return its name; keeping the same picture twice keeps one file, ready or not."""
    picture = _picture(str(master.name))
    data = master.open().read()
    _write(picture.master_name, data)
    return picture.ready_name if _has(picture.ready_name, len(data)) else picture.master_name


def make_renditions(name: str) -> str:
    """Write every rendition beside the master and return the name that says so. A repeat does nothing new."""
    picture = _picture(name)
    with default_storage.open(picture.master_name) as file:
        data = file.read()
    if _has(picture.ready_name, len(data)):
        return picture.ready_name
    master = Image.open(io.BytesIO(data), formats=["JPEG"]).convert("RGB")
    for width in picture.widths:
        height = max(1, round(picture.height * width / picture.width))
        resized = master.resize((width, height), Image.Resampling.LANCZOS)
        for extension, (image_format, options) in RENDITIONS.items():
            _write(picture.rendition_name(width, extension), _encoded(resized, image_format, options))
    _write(picture.ready_name, data)
    return picture.ready_name


def source_sets(picture: StoredPicture) -> Iterator[tuple[str, str]]:
    """(content type, srcset) for each format, the smallest first; nothing before the renditions are there."""
    if not picture.is_ready:
        return
    for extension in RENDITIONS:
        urls = (f"{url(picture.rendition_name(width, extension))} {width}w" for width in picture.widths)
        yield CONTENT_TYPES[extension], ", ".join(urls)


def url(name: str) -> str:
    return default_storage.url(name)


def fallback_name(picture: StoredPicture) -> str:
    """The one file for browsers that know no `srcset`, and for link previews."""
    if not picture.is_ready:
        return picture.master_name
    return picture.rendition_name(picture.widths[-1], "jpg")


def _check_bytes(upload: IO[bytes]) -> None:
    upload.seek(0, io.SEEK_END)
    size = upload.tell()
    upload.seek(0)
    if size > MOST_MEGABYTES * 1_000_000:
        raise UnacceptablePicture(
            _("This file is larger than %(most)d MB. Please save the picture smaller and try again.")
            % {"most": MOST_MEGABYTES}
        )


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_MEGAPIXELS * 1_000_000:
        raise UnacceptablePicture(_too_large())


def _too_large() -> str:
    return _("This picture has more than %(most)d megapixels. Please save it smaller and try again.") % {
        "most": MOST_MEGAPIXELS
    }


def _upright_and_plain(picture: Image.Image) -> Image.Image:
    """Decoded, turned as the camera was held, on white where it was transparent, and with nothing but pixels left."""
    picture.draft("RGB", (LONGEST_MASTER_SIDE, LONGEST_MASTER_SIDE))
    picture.load()
    picture.thumbnail((LONGEST_MASTER_SIDE, LONGEST_MASTER_SIDE), Image.Resampling.LANCZOS)
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.has_transparency_data:
        rgba = picture.convert("RGBA")
        picture = Image.new("RGB", rgba.size, "white")
        picture.paste(rgba, mask=rgba.getchannel("A"))
    plain = picture.convert("RGB")
    plain.info = {}
    return plain


def _encoded(picture: Image.Image, image_format: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, image_format, **options)
    return buffer.getvalue()


def _picture(name: str) -> StoredPicture:
    picture = StoredPicture.from_name(name)
    if picture is None:
        raise ValueError(f"{name} is not the name of a kept picture")
    return picture


def _has(name: str, size: int) -> bool:
    """Whether the whole file is there: a process that was killed while writing leaves a shorter one."""
    return default_storage.exists(name) and default_storage.size(name) == size


def _write(name: str, data: bytes) -> None:
    if _has(name, len(data)):
        return
    default_storage.delete(name)
    default_storage.save(name, ContentFile(data))
