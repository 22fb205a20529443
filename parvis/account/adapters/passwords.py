"""Where the rule on new passwords meets Django: its list, and what a person is known by."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from parvis.account.rules.passwords import ENOUGH_PIECES, pieces, words_of

_KNOWN_BY = ("email", "usual_name", "civil_name")


class GuessablePasswordValidator(CommonPasswordValidator):
    """Refuses passwords that everybody tries: those of Django's list, and such as only lengthen
    its words or those of the person and the City (`rules.passwords`).

    The list are the 20,000 commonest of published leaks, by Royce Williams
    (https://gist.github.com/roycewilliams/226886fd01572964e1431ac8afc999ce), as Django distributes
    it under its own licence (BSD, three clauses).
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Accept a password.

        :raises ValidationError: `password_guessable`
        """
        said = [str(getattr(user, name, None) or "") for name in _KNOWN_BY]
        own = words_of([*said, "parvis", settings.PARVIS_CITY_NAME, settings.PARVIS_SITE_URL])
        is_listed = password.lower().strip() in self.passwords
        if is_listed or pieces(password, listed=self.passwords, own=own) < ENOUGH_PIECES:
            raise ValidationError(self.get_error_message(), code="password_guessable")

    def get_error_message(self) -> str:
        """Say what is wrong, and what would be right."""
        return _(
            "Many people would try this password: a common word, your name or keys in a row, with "
            "a number. Take three or four words that have nothing to do with each other."
        )

    def get_help_text(self) -> str:
        """Say what is wanted."""
        return _("Take three or four words that have nothing to do with each other.")
