"""What the city's own limits allow who holds a session."""

from __future__ import annotations

import pytest
from django.urls import reverse

from config.settings import accounts
from parvis.account.testing import OPEN_SESAME, alice, signed_in


@pytest.mark.django_db
def test_who_holds_a_session_is_asked_again_as_often_as_needed_and_may_not_guess(client, settings):
    settings.ACCOUNT_RATE_LIMITS = accounts.ACCOUNT_RATE_LIMITS
    signed_in(client, alice())
    again = reverse("account_reauthenticate")
    right = [client.post(again, {"password": OPEN_SESAME}).status_code for _rank in range(12)]
    assert right == [302] * 12
    wrong = [client.post(again, {"password": "girafe"}).status_code for _rank in range(7)]
    assert wrong == [200] * 5 + [429] * 2
    assert client.post(again, {"password": OPEN_SESAME}).status_code == 429
