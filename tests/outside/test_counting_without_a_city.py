"""`parvis count` on an outsider's machine: no settings, no database."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest
from click.testing import CliRunner

from config.console import main
from config.environment import ROOT

FILE = """META
key;value
description;A square
country;France
unit;Parvis
instance;2026
num_projects;1
num_votes;1
budget;10
vote_type;approval
rule;greedy
date_begin;2026
date_end;2026
PROJECTS
project_id;cost
park;6
VOTES
voter_id;vote
1;park
"""


def parvis_count(file):
    """Return status, output and errors of the command where settings and database are nowhere."""
    nowhere = {**os.environ, "DJANGO_SETTINGS_MODULE": "nowhere", "DATABASE_URL": "nowhere"}
    process = psutil.Popen(
        [sys.executable, "-m", "config.console", "count", str(file)],
        cwd=ROOT,
        env=nowhere,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, errors = process.communicate()
    return process.returncode, said.decode().splitlines(), errors.decode().splitlines()


@pytest.fixture
def square(tmp_path):
    file = tmp_path / "square.pb"
    file.write_text(FILE, encoding="utf-8")
    return file


def test_counting_needs_no_settings_and_no_database(square):
    status, said, errors = parvis_count(square)
    assert (status, errors) == (0, [])
    assert said[:3] == [
        "square.pb: greedy, 1 voter",
        "  1. park: 6, support 1",
        "1 project for 6 of 10",
    ]


def test_a_malformed_file_is_refused_there_too(square):
    square.write_text(FILE.replace("park;6", "park;six"), encoding="utf-8")
    refused = ["square.pb, line 16: cost is not a number: « six »"]
    assert parvis_count(square) == (2, [], refused)


def test_help_lists_the_command():
    assert "count" in CliRunner().invoke(main, ["--help"]).output.split()
