"""What is left of a picture that is let in, and which ones are not."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image

from parvis.kernel import exif, metadata, pictures
from parvis.kernel.errors import Refused
from parvis.kernel.testing_photos import (
    HERE,
    KINDS,
    SECRET,
    TRACES,
    a_photo,
    exif_block,
    halves,
    png_chunk,
)

CUT = KINDS[:3]


def opened(content):
    return Image.open(io.BytesIO(content))


def refused(content):
    with pytest.raises(Refused) as refusal:
        pictures.let_in(content)
    assert refusal.value.message
    return refusal.value.code


@pytest.mark.parametrize("kind", CUT)
def test_a_picture_is_cut_without_loss(kind):
    content = a_photo(kind)
    assert any(trace in content for trace in TRACES)
    picture = pictures.let_in(content)
    left = [one for one in (*TRACES, SECRET) if one in picture.pixels]
    assert (picture.kind, picture.width, picture.height, left) == (kind, 60, 40, [])
    assert (
        opened(picture.pixels).convert("RGB").tobytes() == opened(content).convert("RGB").tobytes()
    )
    # Cut twice it is the same.
    assert metadata.take_apart(picture.pixels).pixels == picture.pixels


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_made_anew_from_its_pixels_and_stands_upright(kind):
    turned = pictures.let_in(a_photo(kind, orientation=6))
    made = pictures.clean(turned, keeps_png=False)
    assert (made.width, made.height, made.content_type) == (40, 60, "image/jpeg")
    picture = opened(made.content)
    # A quarter turn to the right: what was left is up.
    above, below = picture.getpixel((20, 10)), picture.getpixel((20, 50))
    assert above[0] > 200 > 60 > above[2]
    assert below[2] > 200 > 60 > below[0]
    assert [one for one in (*TRACES, SECRET) if one in made.content] == []
    assert not dict(picture.getexif())
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_a_photo_may_lie_is_turned_as_exif_asks(orientation):
    corners = Image.new("RGB", (40, 20), "black")
    corners.paste("red", (0, 0, 10, 10))
    content = a_photo("PNG", orientation=orientation, picture=corners)
    made = opened(pictures.clean(pictures.let_in(content)).content).convert("RGB")
    corner = {
        1: (0, 0),
        2: (1, 0),
        3: (1, 1),
        4: (0, 1),
        5: (0, 0),
        6: (1, 0),
        7: (1, 1),
        8: (0, 1),
    }
    across, down = corner[orientation]
    assert made.size == ((40, 20) if orientation < 5 else (20, 40))
    assert made.getpixel((across * (made.width - 1), down * (made.height - 1))) == (255, 0, 0)


def test_colours_are_read_as_they_were_meant():
    grey, ink = Image.new("L", (16, 16), 77), Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    for picture in (grey, ink):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=95, progressive=True)
        made = opened(pictures.clean(pictures.let_in(out.getvalue())).content)
        wanted = opened(out.getvalue()).convert("RGB").getpixel((8, 8))
        got = made.convert("RGB").getpixel((8, 8))
        assert max(abs(a - b) for a, b in zip(wanted, got, strict=True)) < 12


def test_what_shone_through_becomes_white_in_a_jpeg_and_stays_in_a_png():
    glass = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    for kind, options in (("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True})):
        out = io.BytesIO()
        glass.save(out, kind, exif=exif_block(), **options)
        picture = pictures.let_in(out.getvalue())
        assert opened(picture.pixels).convert("RGBA").getpixel((8, 8))[3] == 0
        made = opened(pictures.clean(picture, keeps_png=False).content)
        assert min(made.getpixel((8, 8))) > 250
    kept = opened(pictures.clean(pictures.let_in(a_png(glass))).content)
    assert (kept.format, kept.getpixel((8, 8))[3]) == ("PNG", 0)


def a_png(picture):
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_the_place_is_read_and_only_read(kind):
    content = a_photo(kind, place=HERE)
    assert pictures.let_in(content).place == pytest.approx(HERE, abs=1e-5)
    assert pictures.place_in(content) == pytest.approx(HERE, abs=1e-5)
    assert pictures.place_in(a_photo(kind, place=None)) is None


def test_the_place_is_in_the_first_part_of_a_jpeg():
    content = a_photo(picture=Image.effect_noise((600, 600), 90).convert("RGB"))
    assert pictures.place_in(content[:4000]) == pytest.approx(HERE, abs=1e-5)
    assert pictures.place_in(content[:40]) is None


def test_every_hemisphere_and_no_place_that_cannot_be():
    for place in ((-70.5, -33.4), (151.2, -33.8), (-0.0001, 51.5)):
        block = exif_block(place=place).removeprefix(b"Exif\0\0")
        assert exif.place_of(block) == pytest.approx(place, abs=1e-5)
    assert exif.place_of(exif_block(place=(0.0, 0.0))[6:]) is None
    assert exif.place_of(exif_block(place=(2.0, 95.0))[6:]) is None
    assert exif.place_of(b"") is None
    assert exif.orientation_of(exif_block(orientation=9)[6:]) == 1


@given(cut=st.integers(0, 300), at=st.integers(0, 300), byte=st.integers(0, 255))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_broken_exif_says_nothing_and_breaks_nothing(cut, at, byte):
    block = bytearray(exif_block(orientation=3)[6:])
    block[at % len(block)] = byte
    block = bytes(block[: len(block) - cut % len(block)])
    assert exif.orientation_of(block) in range(1, 9)
    place = exif.place_of(block)
    assert place is None or (abs(place[0]) <= 180 and abs(place[1]) <= 90)


WHOLE = {kind: a_photo(kind) for kind in KINDS}


@given(
    kind=st.sampled_from(KINDS), spot=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans()
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_picture_is_refused_or_made_anew_and_never_breaks_anything(kind, spot, byte, cut):
    content = bytearray(WHOLE[kind])
    at = int(spot * (len(content) - 1))
    content[at] = byte
    content = bytes(content[:at] if cut else content)
    made, code = outcome(content)
    assert code in CODES
    assert [one for one in (*TRACES, SECRET) if one in made] == []


CODES = {
    "",
    "picture_unreadable",
    "file_type_unknown",
    "picture_too_large",
    "picture_moves",
    "file_two_in_one",
}


def outcome(content):
    """Return what was made of a picture, and the code of the refusal."""
    try:
        return pictures.clean(pictures.let_in(content)).content, ""
    except Refused as refusal:
        return b"", refusal.code


def test_a_type_is_read_from_the_content():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    gif, bmp = io.BytesIO(), io.BytesIO()
    halves((8, 8)).save(gif, "GIF")
    halves((8, 8)).save(bmp, "BMP")
    for content in (
        svg,
        b"<?xml version='1.0'?>" + svg,
        gif.getvalue(),
        bmp.getvalue(),
        b"MZ",
        b"",
    ):
        assert refused(content) == "file_type_unknown"
    assert refused(b"\xff\xd8\xff" + svg) == "picture_unreadable"


ARCHIVE = (
    b"PK\x03\x04\x14\0" + bytes(24) + b"a" + b"PK\x01\x02" + bytes(43) + b"PK\x05\x06" + bytes(18)
)
HIDDEN = {
    "page": b"<!DOCTYPE html><html><body onload=alert(1)>",
    "script": b"*/<script>alert(1)</script>/*",
    "server": b"<?php system($_GET[0]); ?>",
    "paper": b"%PDF-1.7\n1 0 obj",
    "drawing": b'<svg onload="alert(1)">',
    "archive": ARCHIVE,
    "rar": b"Rar!\x1a\x07\x01\0",
}


@pytest.mark.parametrize("what", HIDDEN)
@pytest.mark.parametrize("kind", CUT)
def test_a_picture_that_is_something_else_too_is_refused(kind, what):
    assert refused(a_photo(kind) + HIDDEN[what]) == "file_two_in_one"


def test_something_else_is_found_in_comments_too():
    plain = a_photo()
    comment = struct.pack(">BBH", 0xFF, 0xFE, len(ARCHIVE) + 2) + ARCHIVE
    assert refused(plain[:2] + comment + plain[2:]) == "file_two_in_one"
    png = a_photo("PNG")
    text = png_chunk(b"tEXt", b"Comment\0" + HIDDEN["script"])
    assert refused(png[:33] + text + png[33:]) == "file_two_in_one"
    assert refused(a_photo("HEIC") + HIDDEN["page"]) == "file_two_in_one"


def test_what_telephones_hide_behind_a_photo_is_dropped_and_not_refused():
    film = struct.pack(">I4s4sI", 16, b"ftyp", b"mp42", 0) + bytes(range(256)) * 40
    for behind in (a_photo("JPEG"), film, b"SEFT" + bytes(30)):
        picture = pictures.let_in(a_photo() + behind)
        assert picture.pixels.endswith(b"\xff\xd9")
        assert len(picture.pixels) < 2000


def test_pictures_that_move_are_refused():
    frames = [halves((8, 8)), Image.new("RGB", (8, 8), "green")]
    for kind in ("PNG", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:])
        assert refused(out.getvalue()) == "picture_moves"


def test_a_bomb_costs_what_its_header_costs():
    # 900 million pixels in 1 kB: a gigabyte, if anybody decoded it.
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b""))
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*one) for one in chunks)
    assert len(bomb) < 2000
    assert refused(bomb) == "picture_too_large"
    jpeg = bytearray(metadata.take_apart(a_photo()).pixels)
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", 65_000, 65_000)
    assert refused(bytes(jpeg)) == "picture_too_large"


def test_a_picture_of_endless_pieces_or_scans_is_refused():
    plain = a_photo()
    crumbs = b"\xff\xfe\x00\x02" * (metadata.MOST_PARTS + 1)
    assert refused(plain[:2] + crumbs + plain[2:]) == "picture_unreadable"
    pixels = metadata.take_apart(plain).pixels
    scan = pixels[pixels.index(b"\xff\xda") : -2]
    assert refused(pixels[:-2] + scan * metadata.MOST_SCANS + b"\xff\xd9") == "picture_unreadable"
    assert refused(b"\xff\xd8" + b"\xff" * 100_000) == "picture_unreadable"
    assert refused(pixels[:-2] + b"\xff" * 2_000_000) == "picture_unreadable"


def test_a_large_photo_is_shrunk_before_it_is_turned():
    picture = pictures.let_in(a_photo(size=(3000, 1000), orientation=8))
    made = pictures.clean(picture)
    assert (made.width, made.height) == (853, 2560)
    upright = pictures.clean(replace(picture, orientation=1))
    assert (upright.width, upright.height) == (2560, 853)
