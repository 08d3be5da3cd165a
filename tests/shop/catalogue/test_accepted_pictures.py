"""What may be uploaded as a picture, and what is kept of it."""

import io
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from shop.catalogue import product_pictures
from shop.catalogue.product_pictures import StoredPicture, UnacceptablePicture, accept
from tests.shop.catalogue.colored_tag import photo

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F

IN_A_SMALL_ROOM = """
import resource, sys
from django.conf import settings
settings.configure(USE_I18N=False)
from shop.catalogue.product_pictures import UnacceptablePicture, accept
used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 2, int(used) + 3))
resource.setrlimit(resource.RLIMIT_DATA, (200_000_000, 200_000_000))
try:
    accept(open(sys.argv[1], "rb"))
except UnacceptablePicture as error:
    print("refused:", error)
"""


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(side: int) -> bytes:
    """A well-formed PNG of one color, tiny on disk and side x side pixels when decoded."""
    packer = zlib.compressobj(9)
    row = b"\0" + bytes(side // 8)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def header_lies_jpeg() -> bytes:
    """A JPEG whose header says 65,000 x 65,000."""
    data = bytearray(photo(size=(16, 16)).getvalue())
    start = data.index(b"\xff\xc0") + 5
    data[start : start + 4] = struct.pack(">HH", 65000, 65000)
    return bytes(data)


@pytest.mark.parametrize("bomb", [png_bomb(12_000), png_bomb(60_000), header_lies_jpeg()], ids=["12k", "60k", "jpeg"])
def test_more_than_25_megapixels_are_refused_within_two_seconds_and_200_megabytes(bomb, tmp_path):
    path = tmp_path / "bomb"
    path.write_bytes(bomb)
    result = subprocess.run(
        [sys.executable, "-c", IN_A_SMALL_ROOM, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.startswith("refused: This picture has more than 25 megapixels."), result


def test_a_picture_just_below_the_limit_is_taken():
    assert StoredPicture.from_name(accept(photo(size=(5000, 5000))).name).width == 2400


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_three_formats_are_taken_whatever_the_name_says(kind):
    file = photo(kind=kind)
    file.name = "invoice.exe"
    master = accept(file)
    assert Image.open(master).format == "JPEG"
    assert StoredPicture.from_name(master.name) == StoredPicture(master.name.rsplit("/", 1)[0], 800, 600, False)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(40),
        photo(kind="BMP").getvalue(),
        photo(kind="TIFF").getvalue(),
        photo().getvalue()[:400],
        photo(kind="PNG").getvalue()[:-60],
        photo(kind="WEBP").getvalue()[:-40],
        photo().getvalue()[:20] + bytes(5000),
    ],
    ids=["empty", "text", "svg", "gif", "bmp", "tiff", "cut jpeg", "cut png", "cut webp", "garbage"],
)
def test_anything_else_is_refused_kindly(data):
    with pytest.raises(UnacceptablePicture, match=r"not a whole JPEG, PNG or WebP picture"):
        accept(io.BytesIO(data))


def test_a_file_too_large_is_refused_unread():
    with pytest.raises(UnacceptablePicture, match=r"larger than 20 MB"):
        accept(io.BytesIO(bytes(20_000_001)))


def test_the_place_and_the_camera_are_dropped():
    exif = Image.Exif()
    exif[MAKER] = "A camera"
    exif.get_ifd(GPS)[2] = (17.0, 52.0, 0.0)
    master = accept(photo(exif=exif, comment=b"Alice's house"))
    kept = Image.open(io.BytesIO(master.read()))
    assert dict(kept.getexif()) == {}
    assert b"Exif" not in master.open().read()
    assert b"Alice" not in master.open().read()


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    assert Image.open(accept(photo(size=(800, 600), exif=exif))).size == (600, 800)


def test_transparent_parts_become_white():
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(file, "PNG")
    assert Image.open(accept(file)).getpixel((20, 20)) == (255, 255, 255)


def test_keeping_a_picture_twice_keeps_one_file():
    first, second = (product_pictures.keep(accept(photo())) for _ in range(2))
    assert first == second
    assert product_pictures.default_storage.listdir("pictures")[0] == [first.split("/")[1]]
