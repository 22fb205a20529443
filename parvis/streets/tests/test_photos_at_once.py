"""A photo that comes twice at one moment is one photo."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from parvis.kernel.testing import at_once
from parvis.streets.actions import photos
from parvis.streets.models import Photo
from parvis.streets.testing import NOON
from parvis.streets.tests.photo_world import a_case, upload


@pytest.mark.django_db(transaction=True)
def test_a_photo_sent_twice_at_one_moment_is_one_photo():
    case, key = a_case(), uuid.uuid4()

    @transaction.atomic
    def send():
        return photos.take_in(
            upload(), case=case, report=None, role="after", client_key=key, now=NOON
        )

    assert set(at_once([send] * 4)) == {Photo.objects.get().id}
