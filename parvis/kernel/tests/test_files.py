"""What may be uploaded, and what is left of it."""

from __future__ import annotations

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from parvis.kernel import files
from parvis.kernel.errors import Refused

GPS_IFD, ORIENTATION = 0x8825, 0x0112


def a_photo(*, size=(60, 40), orientation=1, kind="JPEG"):
    picture = Image.new("RGB", size, "green")
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS_IFD)[1] = "N"
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def refused(content, **limits):
    with pytest.raises(Refused) as refusal:
        files.take_in(io.BytesIO(content), folder="photos", **limits)
    assert not default_storage.exists("photos")
    return refusal.value.code


def test_a_photo_loses_its_place_and_stands_upright():
    stored = files.take_in(io.BytesIO(a_photo(orientation=6) + b"hidden"), folder="photos")
    with default_storage.open(stored.name) as opened:
        content = opened.read()
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("JPEG", (40, 60))
    assert not dict(picture.getexif())
    assert b"hidden" not in content
    assert (stored.content_type, stored.size) == ("image/jpeg", len(content))


def test_the_same_photo_is_stored_once():
    first = files.take_in(io.BytesIO(a_photo()), folder="photos")
    assert files.take_in(io.BytesIO(a_photo()), folder="photos") == first


def test_a_pdf_is_kept_as_it_is():
    stored = files.take_in(io.BytesIO(b"%PDF-1.7\n..."), folder="papers")
    assert stored.content_type == "application/pdf"
    assert stored.name.endswith(".pdf")


def test_a_name_does_not_make_a_type():
    assert refused(b"<script>alert(1)</script>") == "file_type_unknown"
    assert refused(b"MZ\x90\x00") == "file_type_unknown"


def test_empty_too_large_and_damaged_files_are_refused():
    assert refused(b"") == "file_empty"
    assert refused(a_photo(), max_bytes=100) == "file_too_large"
    assert refused(a_photo(size=(600, 400))[:900]) == "picture_unreadable"


def test_a_decompression_bomb_is_refused_before_it_is_decoded():
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG", optimize=True)
    assert len(out.getvalue()) < 200_000
    assert refused(out.getvalue()) == "picture_too_large"


def says_infected(content: bytes) -> bool:
    return b"EICAR" not in content


def test_the_scanner_has_the_last_word(settings):
    settings.PARVIS_FILE_SCANNER = f"{__name__}.says_infected"
    assert refused(b"%PDF-1.7 EICAR") == "file_infected"
    assert files.take_in(io.BytesIO(b"%PDF-1.7"), folder="papers").size == 8
