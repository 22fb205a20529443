"""Judges what an administrator typed to register a service, field by field."""

from __future__ import annotations

from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _, gettext_noop

from parvis.kernel.errors import Refused
from parvis.openid.models import Service
from parvis.openid.rules import claims as rules, redirects
from parvis.openid.rules.assurance import ACR_VALUES
from parvis.openid.rules.kinds import KINDS, Wish

_PURPOSE = ("purpose_fr", "purpose_en")
_LONGEST = {"name": 100, "operator": 200, "purpose_fr": 1000, "purpose_en": 1000, "sector": 253}
_MOST_ADDRESSES = 20
_SENTENCES = {
    "empty": gettext_noop("Write something here."),
    "too_long": gettext_noop("This is too long: %(length)s characters at most."),
    "name_taken": gettext_noop("An open service has this name already: choose another."),
    "contact": gettext_noop("Give an e-mail address where somebody reads."),
    "kind": gettext_noop("Choose what kind of program it is."),
    "no_address": gettext_noop("Give at least one address to come back to."),
    "too_many": gettext_noop("Give at most 20 addresses."),
    "fragment": gettext_noop("%(uri)s: an address may not contain “#”."),
    "wildcard": gettext_noop("%(uri)s: an address may not contain “*”. Write each one out."),
    "letters": gettext_noop("%(uri)s: there is a sign that an address cannot contain."),
    "not_absolute": gettext_noop("%(uri)s: write the whole address, from https:// on."),
    "not_https": gettext_noop(
        "%(uri)s: an address begins with https://. Only on the machine itself (localhost) may it "
        "begin with http://."
    ),
    "credentials": gettext_noop("%(uri)s: an address may not contain a name or a password."),
    "host": gettext_noop("%(uri)s: this is not the name of a machine."),
    "dots": gettext_noop("%(uri)s: an address may not contain “/../” or “/./”."),
    "sector": gettext_noop("Use small letters, digits, dots and hyphens, as in a host name."),
    "sector_needed": gettext_noop(
        "The addresses are on several machines, or on none: name the sector yourself."
    ),
    "unknown_claim": gettext_noop("The City knows nothing under one of these names."),
    "not_in_contract": gettext_noop("Only what the service may know can be left to the person."),
    "acr": gettext_noop("Choose one of the levels."),
}


class Unfit(Refused):
    """What was typed cannot be kept; `field` is the one it was typed in."""

    def __init__(self, code: str, field: str, **words: object) -> None:
        sentence = _(_SENTENCES[code]) % words
        super().__init__(code, sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A wish that may be written down: values by column of a service."""

    fields: dict[str, Any]


def judge(wish: Wish, *, but: Service | None = None) -> Judged:
    """Return a wish as it is written down; `but` is the service it changes.

    :raises Unfit: with the first thing that is wrong
    """
    wish = _trimmed(wish)
    if wish.kind not in KINDS:
        raise Unfit("kind", "kind")
    _judge_words(wish, but)
    _judge_addresses(wish)
    sector = _sector(wish)
    _judge_contract(wish)
    kind = KINDS[wish.kind]
    origins = sorted({redirects.origin(uri) for uri in wish.redirect_uris})
    return Judged(
        fields={
            **{name: getattr(wish, name) for name in _PLAIN},
            "sector": sector,
            "redirect_uris": " ".join(wish.redirect_uris),
            "post_logout_redirect_uris": " ".join(wish.post_logout_redirect_uris),
            # A page that runs in the browser asks us from where it lives, and from nowhere else.
            "allowed_origins": "" if kind.has_secret else " ".join(origins),
            "claims": [one for one in rules.AGREED_TO if one in wish.claims],
            "optional_claims": [one for one in rules.AGREED_TO if one in wish.optional_claims],
        }
    )


_PLAIN = (
    "name",
    "operator",
    *_PURPOSE,
    "contact",
    "home_url",
    "backchannel_logout_uri",
    "least_acr",
)


def _trimmed(wish: Wish) -> Wish:
    given = {field.name: getattr(wish, field.name) for field in fields(wish)}
    kind = KINDS.get(wish.kind)
    for name, value in given.items():
        if isinstance(value, str):
            given[name] = value.strip() if name in _PURPOSE else " ".join(value.split())
    if kind is not None and not kind.comes_back:
        given |= {"redirect_uris": (), "post_logout_redirect_uris": ()}
    if kind is not None and not kind.has_persons:
        given |= {"claims": frozenset(), "optional_claims": frozenset(), "least_acr": ""}
        given |= {"backchannel_logout_uri": ""}
    return Wish(**given)


def _judge_words(wish: Wish, but: Service | None) -> None:
    for field in ("name", "operator", *_PURPOSE):
        if not getattr(wish, field):
            raise Unfit("empty", field)
    for field, length in _LONGEST.items():
        if len(getattr(wish, field)) > length:
            raise Unfit("too_long", field, length=length)
    others = Service.objects.filter(name__iexact=wish.name, closed_at=None)
    if others.exclude(pk=but.pk if but else None).exists():
        raise Unfit("name_taken", "name")
    try:
        validate_email(wish.contact)
    except ValidationError as error:
        raise Unfit("contact", "contact") from error


def _judge_addresses(wish: Wish) -> None:
    if KINDS[wish.kind].comes_back and not wish.redirect_uris:
        raise Unfit("no_address", "redirect_uris")
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        if len(getattr(wish, field)) > _MOST_ADDRESSES:
            raise Unfit("too_many", field)
        for uri in getattr(wish, field):
            _judge_address(uri, field)
    for field in ("backchannel_logout_uri", "home_url"):
        if getattr(wish, field):
            _judge_address(getattr(wish, field), field)


def _judge_address(uri: str, field: str) -> None:
    why = redirects.refusal(uri)
    if why:
        raise Unfit(why, field, uri=uri)


def _sector(wish: Wish) -> str:
    sector = wish.sector.lower() or redirects.sector_of(list(wish.redirect_uris))
    if not sector:
        raise Unfit("sector_needed", "sector")
    if not redirects.is_sector(sector):
        raise Unfit("sector", "sector")
    return sector


def _judge_contract(wish: Wish) -> None:
    contract = rules.Contract(
        operator=wish.operator,
        purpose_fr=wish.purpose_fr,
        purpose_en=wish.purpose_en,
        claims=wish.claims,
        optional=wish.optional_claims,
    )
    why = rules.why_refused(contract)
    if why:
        raise Unfit(why, "claims" if why == "unknown_claim" else "optional_claims")
    if wish.least_acr and wish.least_acr not in ACR_VALUES:
        raise Unfit("acr", "least_acr")
