"""What must not be in the sources: unused templates, hosts of package indexes, unfinished work."""

from __future__ import annotations

import re
import subprocess

import psutil

from config.environment import ROOT


def tracked(*patterns):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed, _nothing = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE).communicate()
    return [ROOT / line for line in listed.decode().splitlines() if (ROOT / line).is_file()]


def test_every_template_is_used():
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in tracked("parvis/**/*.py", "parvis/**/*.html")
    )
    # Named by a library or by Django itself, not by us.
    named_elsewhere = re.compile(
        r"templates/(?:\d{3}|403_csrf)\.html$|templates/(?:account|allauth|cotton|mfa)/|ui/forms/"
    )
    unused = []
    for path in tracked("parvis/**/*.html", "parvis/**/*.txt", "parvis/**/*.typ"):
        if "templates" not in path.parts or named_elsewhere.search(path.as_posix()):
            continue
        name = path.as_posix().partition("/templates/")[2]
        if name not in sources:
            unused.append(name)
    assert unused == []


def test_lock_files_carry_hashes_and_no_host():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index-url|--find-links", text)


def test_nothing_is_left_to_do_or_silenced():
    silenced = re.compile(r"\b(TODO|FIXME|XXX)\b|# ?noqa|# ?type: ?ignore")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("*.py", "*.html", "*.css", "*.js")
        if path != ROOT / "tests" / "architecture" / "test_sources.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if silenced.search(line)
    ]
    assert found == []


def test_pages_carry_no_inline_script_style_or_handler():
    inline = re.compile(
        # A block of data is no script.
        r"<script(?![^>]*\b(?:src=|type=\"application/ld\+json\"))[^>]*>\s*\S"
        r"|<style\b|\sstyle=|\son[a-z]+=\"",
        re.IGNORECASE,
    )
    # A mail has no style sheet to link to.
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("parvis/**/*.html")
        if "email" not in path.parts and inline.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_forms_that_post_say_where():
    # Left out, it is the page's own address with what follows its « # »: after the link to the
    # content, a refused page would open there and not on what has to be mended.
    form = re.compile(r'<form\b(?=[^>]*method="post")(?![^>]*\baction=)', re.IGNORECASE)
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("parvis/**/*.html")
        if form.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_titles_say_that_there_is_something_to_mend():
    # The frame looks at `form`; a page with other forms says itself when one comes back.
    shown = re.compile(r'<c-form-errors :form="([\w.]+)"')
    found = []
    for path in tracked("parvis/*/templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        others = set(shown.findall(text)) - {"form"}
        if "{% extends" in text and others and "{% block error_first %}" not in text:
            found.append(str(path.relative_to(ROOT)))
    assert found == []
