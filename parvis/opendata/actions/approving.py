"""Signing: who answers for publishing what the disclosure gate has stopped, and why."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.models import Approval, IngestRun
from parvis.opendata.models.runs import RunState

PROGRAM, WEB = "program", "web"


@transaction.atomic
def approve(
    *, run_id: uuid.UUID, finding: str, reason: str, by: uuid.UUID | None, now: dt.datetime
) -> uuid.UUID:
    """Sign a reason for one finding of a blocked file; return the id of the approval.

    A file that was sent to us is ready to publish once each finding has its reason; any other can
    be read again then. A reason signed for a column holds for its later files, one signed for cells
    only for this very file.

    :raises NotFound: `no_run` or `no_finding`
    :raises Refused: `reason_missing`, `run_not_blocked`
    """
    run = IngestRun.objects.select_for_update().filter(public_id=run_id).first()
    if run is None:
        raise NotFound("no_run", _("No file of this number was read."))
    if not reason.strip():
        raise Refused("reason_missing", _("Say why this may be published."), status=422)
    if run.state != RunState.BLOCKED:
        raise Refused("run_not_blocked", _("Nothing stops this file."))
    found = {one["key"] for one in run.report.get("findings", ()) if not one["approved"]}
    if finding not in found:
        raise NotFound("no_finding", _("Nothing of this name stops the file."))
    approval = Approval.objects.create(
        dataset_id=run.dataset_id,
        run=run,
        finding=finding,
        reason=reason.strip(),
        signed_by=by,
        signed_at=now,
    )
    _note(run, finding, now)
    _tell(run, approval)
    return approval.public_id


def _tell(run: IngestRun, approval: Approval) -> None:
    by = approval.signed_by
    register.record(
        register.Entry(
            action="opendata.finding_approved",
            object_ref=f"opendata.dataset:{run.wanted_id}",
            actor_ref=f"person:{by}" if by else "",
            recorded_at=approval.signed_at,
            details={"run": str(run.public_id), "finding": approval.finding},
            personal={"reason": approval.reason},
            channel=WEB if by else PROGRAM,
        )
    )


def _note(run: IngestRun, finding: str, now: dt.datetime) -> None:
    """Write into the report that somebody answers for a finding."""
    findings = [
        one | {"approved": True} if one["key"] == finding else one for one in run.report["findings"]
    ]
    run.report = run.report | {"findings": findings}
    if run.file and all(one["approved"] for one in findings):
        run.state = RunState.READY
    run.changed_at = now
    run.save(update_fields=["report", "state", "changed_at"])


def signed(dataset_id: str) -> set[str]:
    """Return the findings somebody has signed for in a dataset."""
    about = Q(dataset__dataset_id=dataset_id) | Q(run__wanted_id=dataset_id)
    return set(Approval.objects.filter(about).values_list("finding", flat=True))
