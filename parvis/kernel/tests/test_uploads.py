"""Files of a form are counted while they arrive."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from parvis.kernel import uploads
from parvis.kernel.errors import Refused
from parvis.kernel.uploads import TooLarge


def sent(monkeypatch, *sizes, most=100, of_form=250):
    monkeypatch.setattr(uploads, "MAX_BYTES", most)
    monkeypatch.setattr(uploads, "MAX_BYTES_OF_A_FORM", of_form)
    files = {
        f"photo{n}": SimpleUploadedFile(f"{n}.jpg", b"x" * size) for n, size in enumerate(sizes)
    }
    request = RequestFactory().post("/", {"text": "Un frigo", **files})
    assert request.POST["text"] == "Un frigo"
    return [request.FILES[f"photo{n}"] for n in range(len(sizes))]


def test_a_file_within_the_limit_is_as_it_was_sent(monkeypatch):
    (file,) = sent(monkeypatch, 100)
    assert (file.size, file.read()) == (100, b"x" * 100)


def test_a_file_beyond_the_limit_is_kept_nowhere_and_the_others_are(monkeypatch):
    large, small = sent(monkeypatch, 101, 99)
    assert isinstance(large, TooLarge)
    assert (large.name, large.size) == ("0.jpg", 101)
    for look in (large.read, lambda: large.read(10), lambda: list(large.chunks())):
        with pytest.raises(Refused) as refusal:
            look()
        assert (refusal.value.code, refusal.value.status) == ("file_too_large", 413)
    assert small.read() == b"x" * 99


def test_many_files_together_are_too_much_from_where_they_are(monkeypatch):
    first, second, third = sent(monkeypatch, 100, 100, 100)
    assert [isinstance(one, TooLarge) for one in (first, second, third)] == [False, False, True]
