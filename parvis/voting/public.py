"""What this module promises its neighbours: one vote of the city, whatever it is about. Who may
vote, who wins and what follows is theirs.

Every refusal is a `Refused` with a code and a sentence in the active language. 404: `no_poll`,
`no_contest`, `no_box`, `no_minutes`. 403: `not_eligible`, `too_young`, `needs_role`,
`wrong_change_code`. 409: `already_voted`, `voted_apart`, `already_changed`,
`other_ballot_same_form`, `poll_not_open_yet`, `poll_closed`, `poll_still_open`, `box_closed`,
`not_published`, `already_opened`, `already_published`, `frozen`, `already_open`, `no_key`,
`key_not_kept`, `wrong_key`, `paper_not_ready`, `box_damaged`, `box_exists`, `others_read`,
`sheet_settled`, `nothing_differs`, `sheets_missing`,
`minutes_differ`, `own_minutes`. 422: `unknown_option`, `twice`, `bad_grade`,
`too_many_options`, `too_many_points`, `over_budget`, `bad_form`, `nothing_cast`, `one_only`,
`bad_name`, `bad_dates`, `bad_contest`, `bad_identity`, `bad_minutes`, `bad_sheet`,
`reason_missing`, `bad_results`.
"""

from __future__ import annotations

from parvis.voting.actions.batching import release_batch
from parvis.voting.actions.casting import cast, change, check, new_nonces
from parvis.voting.actions.opening import open_box, publish_results
from parvis.voting.actions.paper import (
    add_box,
    hand_out,
    read_sheet,
    sign_off,
    write_minutes,
)
from parvis.voting.actions.preparing import (
    keep_opening_key,
    make_opening_key,
    open_poll,
    prepare_poll,
)
from parvis.voting.actions.telling import note_started
from parvis.voting.events import (
    BoxOpened,
    PollFrozen,
    ResultsPublished,
    VoteNotConfirmed,
    VoteRegistered,
)
from parvis.voting.queries.log import Found, Lookup, lookup
from parvis.voting.queries.paper import BoxState, states as paper_states
from parvis.voting.queries.places import BallotPage, ballot_pages
from parvis.voting.queries.polls import PollState, PollView, poll, shuffled
from parvis.voting.queries.record import ballots, record, results
from parvis.voting.queries.roll import has_ticked, turnout
from parvis.voting.queries.verifier import one_file as verifier
from parvis.voting.queries.words import (
    GRADES,
    completion as completion_words,
    details as rule_details,
    rule as rule_words,
    utility as utility_words,
)
from parvis.voting.rules.ballots import Choice
from parvis.voting.rules.electors import Elector, Receipt
from parvis.voting.rules.identity import identity_of
from parvis.voting.rules.paper import BLANK, SPOILT, Minutes, SheetRead
from parvis.voting.rules.plans import BallotKind, ContestPlan, CountingRule, Option, PollPlan
from parvis.voting.rules.published import Turnout, grouped, read_receipt

__all__ = [
    "BLANK",
    "GRADES",
    "SPOILT",
    "BallotKind",
    "BallotPage",
    "BoxOpened",
    "BoxState",
    "Choice",
    "ContestPlan",
    "CountingRule",
    "Elector",
    "Found",
    "Lookup",
    "Minutes",
    "Option",
    "PollFrozen",
    "PollPlan",
    "PollState",
    "PollView",
    "Receipt",
    "ResultsPublished",
    "SheetRead",
    "Turnout",
    "VoteNotConfirmed",
    "VoteRegistered",
    "add_box",
    "ballot_pages",
    "ballots",
    "cast",
    "change",
    "check",
    "completion_words",
    "grouped",
    "hand_out",
    "has_ticked",
    "identity_of",
    "keep_opening_key",
    "lookup",
    "make_opening_key",
    "new_nonces",
    "note_started",
    "open_box",
    "open_poll",
    "paper_states",
    "poll",
    "prepare_poll",
    "publish_results",
    "read_receipt",
    "read_sheet",
    "record",
    "release_batch",
    "results",
    "rule_details",
    "rule_words",
    "shuffled",
    "sign_off",
    "turnout",
    "utility_words",
    "verifier",
    "write_minutes",
]
