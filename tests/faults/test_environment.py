"""What the environment says wrongly is refused with a word, before anything starts."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


@pytest.mark.parametrize("said", ["0", "-1", "1.5", "much", "nan", ""])
def test_a_share_that_is_none_is_refused(monkeypatch, said):
    monkeypatch.setenv("PARVIS_PASSWORDS_SHARE", said)
    with pytest.raises(ImproperlyConfigured, match="PARVIS_PASSWORDS_SHARE"):
        environment.share("PARVIS_PASSWORDS_SHARE", "0.05")


def test_a_share_that_nobody_set_is_the_usual_one(monkeypatch):
    monkeypatch.delenv("PARVIS_PASSWORDS_SHARE", raising=False)
    assert environment.share("PARVIS_PASSWORDS_SHARE", "0.05") == 0.05
