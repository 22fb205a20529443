"""What the house remembers of everybody, for all modules: facts, the register, readings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.account.rules import rights as rules
from parvis.kernel import facts, idempotency, pace, reading, register
from parvis.kernel.declarations import Held, Keeps, Rule, Stays, keeps

keeps.declare(
    Keeps(
        key="account.register",
        label=_("Register and readings"),
        personal=_(
            "Who did what to your file or in your name, and which agent read what of it, why and"
            " when."
        ),
        retention=_(
            "Details that name or describe you, twelve months; who read your file, twelve months;"
            " that something was done, without your details, as long as what it was done to."
        ),
        held=(
            Held(
                model="kernel.RegisterEntry",
                label=_("Lines of the register that concern you"),
                by_ref=("on_behalf_of_ref", "object_ref"),
                agents=("actor_ref",),
                # Who acted knows what they did; what names the others is theirs.
                private=("personal",),
                stays=Stays(
                    what=_("That it was done, by which number, without your details."),
                    law=_(
                        "What the City decided must remain accountable (GDPR, article 5,"
                        " paragraph 2; heritage code, article L211-2)."
                    ),
                ),
            ),
            Held(
                model="kernel.FactRecord",
                label=_("What happened to your account, or was done by you"),
                by_ref=("aggregate", "on_behalf_of_ref"),
                agents=("actor_ref",),
                private=("payload",),
                stays=Stays(
                    what=_("That it happened, without your details."),
                    law=_(
                        "What the City decided must remain accountable (GDPR, article 5,"
                        " paragraph 2; heritage code, article L211-2)."
                    ),
                ),
            ),
            Held(
                model="kernel.ReadingEntry",
                label=_("Who read what of your file, and what you read of others'"),
                by_ref=("person_ref",),
                agents=("reader_ref",),
                private=("object_ref", "reason"),
                stays=Stays(
                    what=_("Who read your file, without the reason they gave."),
                    law=_(
                        "Logs of access are kept for twelve months (CNIL, deliberation 2021-122"
                        " of 14 October 2021)."
                    ),
                    days=rules.LOGS_STAY_DAYS,
                ),
            ),
            # Answers already given to programs; they are told apart by key, and gone in two days.
            Held(model="kernel.AnsweredRequest"),
            # How often something was done, under keys that name nobody; over within the hour.
            Held(model="kernel.Count"),
        ),
        rules=(
            Rule(
                key="account.register_details",
                what=_("Details in the register that name or describe people"),
                days=rules.LOGS_STAY_DAYS,
                forget=register.shred_old,
            ),
            Rule(
                key="account.fact_details",
                what=_("Details in facts that name or describe people"),
                days=rules.LOGS_STAY_DAYS,
                forget=facts.shred_old,
            ),
            Rule(
                key="account.readings",
                what=_("Who read which file"),
                days=rules.LOGS_STAY_DAYS,
                forget=reading.forget_old,
            ),
            Rule(
                key="account.answers_to_programs",
                what=_("Answers already given to programs"),
                days=idempotency.KEPT.days,
                forget=lambda _before, now: idempotency.forget_old(now=now),
            ),
            Rule(
                key="account.counts",
                what=_("How often something was tried"),
                days=1,
                forget=lambda _before, now: pace.forget_past(now=now),
            ),
        ),
        order=90,
    ),
)
