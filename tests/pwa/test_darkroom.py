"""What comes out of the darkroom is a small new JPEG and nothing else, or nothing."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest
from PIL import Image

from pwa import darkroom
from pwa.darkroom import Interrupted, NoPicture, draw
from tests.support import photos

MARK = photos.CANARY.encode()


def segments(jpeg: bytes) -> list[int]:
    """The markers before the picture's own data."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return found


@pytest.mark.parametrize("make", [photos.telltale, photos.telltale_png])
def test_nothing_but_pixels_survives(make: Callable[[], bytes]) -> None:
    data = make()
    assert data.count(MARK) >= 4
    drawn = draw(data)
    assert MARK not in drawn.jpeg
    assert b"Exif" not in drawn.jpeg
    assert set(segments(drawn.jpeg)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    with Image.open(io.BytesIO(drawn.jpeg)) as picture:
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_picture_stands_upright() -> None:
    drawn = draw(photos.telltale())
    assert drawn.size == (40, 80)
    with Image.open(io.BytesIO(drawn.jpeg)) as picture:
        assert picture.size == drawn.size
        top, bottom = (picture.convert("RGB").getpixel((20, y)) for y in (10, 70))
    assert top[0] > 200 > bottom[2] > top[2]  # type: ignore[index]


def test_a_large_photograph_becomes_a_small_one() -> None:
    drawn = draw(photos.noisy(3000, 2000))
    assert drawn.size == (1600, 1067)
    assert len(drawn.jpeg) <= 400_000


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_drawn(kind: str) -> None:
    assert draw(photos.animated(kind)).size == (16, 16)


def test_one_pixel_is_a_picture() -> None:
    assert draw(photos.jpeg(1, 1)).size == (1, 1)


SPOILT: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "html": lambda: b"<html><script>alert(1)</script></html>",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html that begins as a jpeg": lambda: b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
    "cut off": lambda: photos.noisy(400, 300)[:4000],
    "wrong checksum": lambda: _with_wrong_checksum(photos.saved("PNG")),
    "too many pixels": photos.bomb,
    "gif": lambda: photos.saved("GIF"),
    "tiff": lambda: photos.saved("TIFF"),
    "bmp": lambda: photos.saved("BMP"),
    "zip": lambda: b"PK\x03\x04" + b"\0" * 100,
    "webp in name only": lambda: b"RIFF\x10\0\0\0WAVEfmt ",
    "heic": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
    "avif": lambda: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(200),
    "a test virus": lambda: (
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$"
    ),
    "drawing commands": lambda: b"push graphic-context\nimage over 0,0 0,0 'https://x.example/'",
}


def _with_wrong_checksum(png: bytes) -> bytes:
    at = png.index(b"IDAT") + 4
    return png[:at] + bytes((png[at] ^ 0xFF,)) + png[at + 1 :]


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_no_picture_of_ours_is_not_drawn(how: str) -> None:
    with pytest.raises(NoPicture):
        draw(SPOILT[how]())


POLYGLOTS = {
    "gif and script": photos.jpeg() + b"GIF89a/*<script>alert(1)</script>*/",
    "zip": photos.jpeg() + b"PK\x03\x04evil.jar",
    "html": photos.jpeg()[:2] + b"\xff\xfe\x00\x1c<script>alert(1)</script>" + photos.jpeg()[2:],
}


@pytest.mark.parametrize("how", POLYGLOTS)
def test_of_a_file_that_is_two_things_the_picture_alone_is_left(how: str) -> None:
    drawn = draw(POLYGLOTS[how])
    for other in (b"script", b"PK\x03\x04", b"GIF8"):
        assert other not in drawn.jpeg


def fake(code: str) -> tuple[str, ...]:
    """A decoder that does something else."""
    return (sys.executable, "-I", "-c", code)


@pytest.mark.parametrize(
    "code",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import sys; sys.exit(7)",
    ],
)
def test_a_decoder_that_was_killed_has_said_nothing_about_the_picture(code: str) -> None:
    with pytest.raises(Interrupted):
        draw(photos.jpeg(), fake(code))


def test_a_decoder_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(darkroom, "PATIENCE_SECONDS", 0.3)
    with pytest.raises(Interrupted):
        draw(photos.jpeg(), fake("import time; time.sleep(60)"))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\0\0\x08\0\0\0\x08<html>",
        b"\0\0\xff\xff\0\0\xff\xff" + photos.jpeg(),
        b"\0\0\0\x08\0\0\0\x08" + photos.jpeg() + b"<script>",
    ],
)
def test_what_a_decoder_says_is_looked_at(said: bytes) -> None:
    with pytest.raises(NoPicture):
        draw(photos.jpeg(), fake(f"import sys; sys.stdout.buffer.write({said!r})"))


LIMITED = (
    "import os, runpy, socket; d = runpy.run_path({path!r}, run_name='looked_at'); "
    "d['warm_up'](); d['shut']()\n"
    "try:\n    {act}\nexcept Exception:\n    os._exit(1)\nos._exit(7)\n"
)
"""The decoder's own limits around an act: 1 where it was refused, 7 where it was done."""


@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/passwd')",
        "socket.socket()",
        "open('/tmp/kizuki-decoder-wrote', 'w')",
        "bytearray(600 * 2**20)",
    ],
)
def test_the_decoder_opens_no_file_and_no_socket_and_takes_no_more_memory(act: str) -> None:
    path = str(darkroom.COMMAND[-1])
    with pytest.raises(NoPicture):
        draw(photos.jpeg(), fake(LIMITED.format(path=path, act=act)))


def test_the_decoder_is_stopped_after_its_seconds_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(darkroom, "PATIENCE_SECONDS", 120.0)
    path = str(darkroom.COMMAND[-1])
    with pytest.raises(Interrupted):
        draw(photos.jpeg(), fake(LIMITED.format(path=path, act="exec('while True: pass')")))
