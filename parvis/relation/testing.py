"""Ready-made objects for tests, ours and our neighbours'."""

from __future__ import annotations

from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.kernel import outbox
from parvis.relation.actions.deliveries import FACTS


def deliver_everything() -> int:
    """Do, in this test's own transaction, the deliveries a worker would do; return how many.

    What a delivery brings about is delivered too. An exception of a delivery is the test's.
    """
    done = 0
    while (job := _next_job()) is not None:
        app.tasks[job.task_name].func(**job.args)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])
        done += 1
    return done


def _next_job() -> Any:
    waiting = ProcrastinateJob.objects.filter(status="todo", queue_name__in=(FACTS, outbox.QUEUE))
    return waiting.order_by("id").first()
