"""What is remembered of the street."""

from __future__ import annotations

from parvis.streets.models.case import Case, Message, Reply, Report, Reporting
from parvis.streets.models.catalogue import Category, Datatype, Question, Subtype
from parvis.streets.models.counting import FINEST_METRES, LEVELS, Cell, CellChange, Tally
from parvis.streets.models.field import (
    BulkJob,
    BulkLine,
    BulkState,
    Mode,
    OfflineAction,
    OfflineBatch,
    PartnerLink,
    RouteSheet,
    RouteStop,
)
from parvis.streets.models.handling import (
    Assignment,
    ClosedDay,
    Handler,
    HandlerKind,
    RoutingRule,
    ServiceHours,
)
from parvis.streets.models.life import (
    ClockMode,
    ClockPause,
    ClosingReason,
    Contradiction,
    State,
    Step,
    Transition,
)
from parvis.streets.models.outside import ApiKey, Follow, FollowKind
from parvis.streets.models.photo import Photo, PhotoRole, PhotoState

__all__ = [
    "FINEST_METRES",
    "LEVELS",
    "ApiKey",
    "Assignment",
    "BulkJob",
    "BulkLine",
    "BulkState",
    "Case",
    "Category",
    "Cell",
    "CellChange",
    "ClockMode",
    "ClockPause",
    "ClosedDay",
    "ClosingReason",
    "Contradiction",
    "Datatype",
    "Follow",
    "FollowKind",
    "Handler",
    "HandlerKind",
    "Message",
    "Mode",
    "OfflineAction",
    "OfflineBatch",
    "PartnerLink",
    "Photo",
    "PhotoRole",
    "PhotoState",
    "Question",
    "Reply",
    "Report",
    "Reporting",
    "RouteSheet",
    "RouteStop",
    "RoutingRule",
    "ServiceHours",
    "State",
    "Step",
    "Subtype",
    "Tally",
    "Transition",
]
