"""Forgetting by rule: every night, each rule that a module declared, and a report of what it
took."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.db import transaction

from parvis.account.models import RetentionRun
from parvis.account.queries import rights
from parvis.kernel.declarations import Rule

log = structlog.get_logger(__name__)


class RulesFailed(Exception):
    """Some rules of retention did not do their work; the report says which."""


def forget_by_rule(*, now: dt.datetime) -> RetentionRun:
    """Carry out every rule of retention, each in a transaction of its own, and keep a report.

    A rule that fails has changed nothing and stops no other.

    :raises RulesFailed: once the report is kept, if a rule failed: somebody is to look
    """
    lines = [_carry_out(rule, now=now) for _keep, rule in rights.rules_of_retention()]
    run = RetentionRun.objects.create(began_at=now, lines=lines)
    failed = [line["key"] for line in lines if line["error"]]
    if failed:
        raise RulesFailed(", ".join(failed))
    return run


def forget_runs(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete the reports of the nights before a moment."""
    return RetentionRun.objects.filter(began_at__lt=before).delete()[0]


def _carry_out(rule: Rule, *, now: dt.datetime) -> dict[str, Any]:
    rows, error = 0, ""
    try:
        with transaction.atomic():
            rows = rule.forget(now - dt.timedelta(days=rule.days), now)
    except Exception as failure:
        error = type(failure).__name__
        log.exception("a rule of retention failed", rule=rule.key)
    return {"key": rule.key, "rows": rows, "error": error}
