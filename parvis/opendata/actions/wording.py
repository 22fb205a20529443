"""What the reading of a file and the gate say to people: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, gettext_noop as _

from parvis.opendata.queries.saying import LANGUAGES as LANGUAGES, Said as Said, here as here
from parvis.opendata.rules.disclosure import Finding
from parvis.opendata.rules.reading import Problem, Unreadable

_UNREADABLE = {
    "archive_bomb": _("This archive unpacks to far more than it should: send the file unpacked."),
    "archive_damaged": _("This archive is damaged: make it again, or send the file unpacked."),
    "archive_locked": _("This archive has a password: send it without."),
    "archive_unfit": _("An archive may hold one file, and no other archive: send that file alone."),
    "cell_too_large": _(
        "Row %(row)s holds a cell too large to be one: a quote may not be closed there."
    ),
    "extension_unknown": _(
        "A file called %(extension)s is none we read: send CSV, TSV, XLSX, XLS, ODS, JSON, GeoJSON"
        " or Parquet."
    ),
    "extension_wrong": _(
        "This file is called %(extension)s and holds %(found)s: call it what it is, or save it"
        " again."
    ),
    "file_empty": _("This file is empty."),
    "file_too_large": _(
        "This file is too large: %(megabytes)s MB at most. Send it in parts, or as Parquet."
    ),
    "json_damaged": _("This JSON cannot be read (line %(at)s: %(why)s): check it is complete."),
    "json_no_list": _(
        "This JSON is no list of objects. Lists found in it: %(lists)s; name the one to publish."
    ),
    "not_a_table": _("This is a page or a document, not a table: send CSV, XLSX, JSON or Parquet."),
    "parquet_damaged": _("This Parquet file cannot be read: write it again."),
    "quote_never_closed": _(
        "A quote opened in row %(row)s is not closed as it should: double the quotes within cells."
    ),
    "sheet_unreadable": _("This spreadsheet cannot be read: save it again, without a password."),
    "too_many_columns": _("This file has too many columns: %(limit)s at most."),
    "too_many_rows": _("This file has too many rows: %(limit)s at most."),
}

_CELLS = {
    "damaged_letters": _(
        "Some bytes of this cell are not UTF-8: save the whole file in one encoding, UTF-8."
    ),
    "not_boolean": _("« %(value)s » is neither yes nor no: write oui or non, true or false."),
    "not_date": _("« %(value)s » is no date: write it as 2024-01-07."),
    "not_datetime": _("« %(value)s » is no date and time: write it as 2024-01-07T14:30:00+01:00."),
    "not_double": _("« %(value)s » is no number: write digits, with a point or a comma, no unit."),
    "not_file": _("« %(value)s » does not describe a file."),
    "not_geo_point_2d": _("« %(value)s » is no place: write latitude, longitude in degrees."),
    "not_geo_shape": _("This geometry cannot be read: give GeoJSON in degrees (WGS 84)."),
    "not_int": _("« %(value)s » is no whole number: write digits only."),
    "not_json_blob": _("« %(value)s » is no JSON: check its quotes and brackets."),
    "row_length": _(
        "This row has %(found)s cells, the header %(expected)s: put cells that hold the delimiter"
        " between quotes."
    ),
    "several_dates": _(
        "This cell holds several dates: « %(value)s ». Write one date per cell, in as many columns"
        " or rows."
    ),
    "siret_as_float": _(
        "A spreadsheet turned this SIRET into %(value)s and lost its digits: format the column as"
        " text, type the number again."
    ),
    "siret_decimal": _(
        "« %(value)s » is a SIRET that a program took for a number: keep only its digits, as text."
    ),
    "siret_length": _(
        "A SIRET has 14 digits, a SIREN 9; « %(value)s » has neither: has a leading zero been lost?"
    ),
    "zero_byte": _("This cell holds a zero byte: write the file again with the original program."),
}

_COLUMNS = {
    "column_missing": _(
        "The column « %(column)s » of the published dataset is not in the file: add it, empty if"
        " need be."
    ),
    "column_new": _("The column « %(column)s » is new to the dataset."),
    "dates_ambiguous": _(
        "No day after the 12th: %(count)s dates such as « %(value)s » were read day first. If that"
        " is wrong, write them as 2024-01-07."
    ),
    "dates_and_years": _(
        "The column stays text: %(dates)s dates, but also %(count)s bare years or numbers such as"
        " « %(value)s »."
    ),
    "dates_month_first": _(
        "%(count)s dates such as « %(value)s » were read month first: some have a second part over"
        " 12."
    ),
    "duplicate_header": _("Two columns are called « %(column)s »: this one became %(name)s."),
    "kept_text_boolean": _("The column stays text: « %(value)s » is neither yes nor no."),
    "kept_text_code": _("The column stays text: its name says that its digits are a code."),
    "kept_text_date": _("The column stays text: « %(value)s » (and %(count)s in all) is no date."),
    "kept_text_datetime": _(
        "The column stays text: « %(value)s » (and %(count)s in all) is no date and time."
    ),
    "kept_text_double": _("The column stays text: « %(value)s » is no number."),
    "kept_text_geo_point_2d": _(
        "The column stays text: « %(value)s » (and %(count)s in all) is no place on earth."
    ),
    "kept_text_geo_shape": _("The column stays text: « %(value)s » is no geometry."),
    "kept_text_int": _("The column stays text: « %(value)s » is no whole number."),
    "kept_text_json_blob": _("The column stays text: « %(value)s » is no JSON."),
    "kept_text_leading_zeros": _("The column stays text: some of its digits begin with a zero."),
    "kept_text_siret": _("The column stays text: its numbers are SIREN or SIRET."),
    "kept_text_too_many_digits": _("The column stays text: it has numbers of over 18 digits."),
    "nearly_dates": _(
        "The column stays text because of %(count)s cells that are no dates; the first is"
        " « %(value)s », in row %(row)s."
    ),
    "nearly_numbers": _(
        "The column stays text because of %(count)s cells that are no numbers; the first is"
        " « %(value)s », in row %(row)s."
    ),
    "no_rows": _("The file has a header and no row: nothing to publish."),
    "not_the_utf8_it_says": _(
        "The file is called utf8 and is not: it was read as %(encoding)s. Save it as UTF-8."
    ),
    "not_utf8": _("The file is not UTF-8: it was read as %(encoding)s. Save it as UTF-8."),
    "null_words": _("%(count)s cells say « %(value)s »: they were read as empty."),
    "other_sheets": _(
        "Only the sheet « %(sheet)s » was read, not: %(others)s. Publish them as datasets of their"
        " own."
    ),
    "place_missing": _("The file has no place for the field « %(column)s » of the dataset."),
    "proposal_unfit": _(
        "The catalogue describes this field as %(type)s; %(count)s cells are not, « %(value)s » in"
        " row %(row)s for one: the type was taken from the file."
    ),
    "several_dates_kept": _(
        "The column stays text: %(count)s cells hold several dates, « %(value)s » for one."
    ),
    "thousands_ambiguous": _(
        "« %(value)s » was read with a decimal comma. If the comma parts thousands, remove it."
    ),
    "times_local": _("Times without an offset were read as times of %(zone)s."),
    "times_utc": _("Times without a zone, as this format has them, were read as UTC."),
    "unnamed_column": _("A column has no header: it was called %(column)s."),
    "years_as_decimals": _("Years such as « %(value)s » were read as whole numbers."),
}

_SCHEMA = {
    "schema_check_unknown": _("The schema asks for a check we do not make: %(check)s."),
    "schema_column_extra": _("The schema knows no column « %(column)s »."),
    "schema_column_absent": _(
        "The schema describes a column « %(column)s » that the file does not have."
    ),
    "schema_column_missing": _("The schema wants a column « %(column)s »: add it."),
    "schema_column_misnamed": _("The schema wants a column « %(column)s »: rename « %(like)s »."),
    "schema_columns_disordered": _("The columns are not in the order of the schema."),
    "schema_enum": _("« %(value)s » is not among the values allowed: %(expected)s."),
    "schema_maxLength": _("This text is longer than %(expected)s characters: shorten it."),
    "schema_maximum": _("%(value)s is more than %(expected)s, the most the schema allows."),
    "schema_minLength": _("This text is shorter than %(expected)s characters: complete it."),
    "schema_minimum": _("%(value)s is less than %(expected)s, the least the schema allows."),
    "schema_one_of_required": _("Give at least one of the columns %(column)s and %(other)s."),
    "schema_pattern": _(
        "« %(value)s » does not have the form the schema asks for; write for example %(example)s."
    ),
    "schema_required": _("The schema does not allow « %(column)s » to be empty: fill it in."),
    "schema_siren": _("« %(value)s » is no SIREN: check its 9 digits, the last confirms the rest."),
    "schema_siret": _(
        "« %(value)s » is no SIRET: check its 14 digits, the last confirms the rest."
    ),
    "schema_type_boolean": _("« %(value)s » is not allowed: write one of %(expected)s."),
    "schema_type_date": _("« %(value)s » is no date of the schema's form; write 2024-01-07."),
    "schema_type_integer": _("« %(value)s » is no whole number: write digits only."),
    "schema_type_number": _(
        "« %(value)s » is no number of the schema's form; write for example %(example)s, with a"
        " point."
    ),
    "schema_unique": _("« %(value)s » stands in several rows: each value may be given once."),
}
_SCHEMA_OTHER = _(
    "« %(value)s » is not what the schema wants (%(code)s); write for example %(example)s."
)

_DOCUMENT = {
    "document_bare_list": _(
        "This file is a bare list; the schema wants the records at « %(expected)s »."
    ),
    "document_enum": _(
        "« %(place)s » says « %(value)s », which is not among the values allowed: %(expected)s."
    ),
    "document_example": _(
        "« %(value)s » does not have the form of « %(place)s »; write for example %(expected)s."
    ),
    "document_extra": _(
        "The schema knows no « %(place)s »: remove it, or check how it is spelled."
    ),
    "document_maxItems": _("« %(place)s » lists more than %(expected)s: shorten the list."),
    "document_maxLength": _("« %(place)s » is longer than %(expected)s characters: shorten it."),
    "document_maximum": _("« %(place)s » says %(value)s; the schema allows %(expected)s at most."),
    "document_minItems": _("« %(place)s » lists fewer than %(expected)s: complete the list."),
    "document_minLength": _("« %(place)s » is shorter than %(expected)s characters: complete it."),
    "document_minimum": _("« %(place)s » says %(value)s; the schema allows %(expected)s at least."),
    "document_not_json": _("This schema describes JSON; this file is %(format)s: send JSON."),
    "document_other": _(
        "« %(place)s » is not what the schema wants (%(keyword)s): read its documentation."
    ),
    "document_pattern": _(
        "« %(value)s » does not have the form of « %(place)s », which is %(expected)s."
    ),
    "document_required": _("« %(place)s » is missing and the schema wants it: add it."),
    "document_type_array": _("« %(place)s » must be a list, between square brackets."),
    "document_type_boolean": _("« %(place)s » must be true or false, without quotes."),
    "document_type_integer": _("« %(place)s » must be a whole number, without quotes."),
    "document_type_number": _("« %(place)s » must be a number, without quotes."),
    "document_type_object": _("« %(place)s » must be an object, between braces."),
    "document_type_string": _("« %(place)s » must be a text, between quotes."),
    "document_uniqueItems": _("« %(place)s » lists the same thing twice: keep one."),
    "key_field_missing": _(
        "« %(column)s » is to tell the rows apart and is no column of this file: add it, or choose"
        " another. Columns: %(columns)s."
    ),
}

_FINDINGS = {
    "birth_dates": _("« %(column)s » holds dates of birth (%(count)s)."),
    "emails": _("« %(column)s » holds e-mail addresses (%(count)s)."),
    "emails_in_text": _("E-mail addresses stand in the texts of « %(column)s » (%(count)s)."),
    "home_addresses": _("« %(column)s » holds addresses beside names of persons (%(count)s)."),
    "ibans": _("« %(column)s » holds bank account numbers (%(count)s)."),
    "natural_persons": _("« %(column)s » says that %(count)s rows are natural persons."),
    "person_names": _("« %(column)s » looks like names of persons (%(count)s cells)."),
    "phones": _("« %(column)s » holds telephone numbers (%(count)s)."),
    "phones_in_text": _("Telephone numbers stand in the texts of « %(column)s » (%(count)s)."),
    "small_counts": _("« %(column)s » counts fewer than %(small)s people in %(count)s cells."),
    "social_security_numbers": _("« %(column)s » holds social security numbers (%(count)s)."),
}


class _Blank(dict[str, Any]):
    """Values of a sentence; what is not known leaves a blank and never an error."""

    def __missing__(self, key: str) -> str:
        return ""


def said(problem: Problem) -> Said:
    """Return what a problem says, in each of our languages."""
    known = {**_CELLS, **_COLUMNS, **_SCHEMA, **_DOCUMENT}
    values = _Blank(
        column=problem.column,
        row=problem.row or "",
        value=problem.value or "",
        count=problem.count,
        code=problem.code.removeprefix("schema_").removeprefix("type_"),
        **problem.details,
    )
    return _in_languages(known.get(problem.code, _SCHEMA_OTHER), values)


def why_unreadable(error: Unreadable) -> Said:
    """Return why a file cannot be read, in each of our languages."""
    return _in_languages(_UNREADABLE[error.code], _Blank(error.details))


def why_blocked(finding: Finding) -> Said:
    """Return what the gate found, in each of our languages."""
    values = _Blank(column=finding.label, count=finding.count, **finding.details)
    return _in_languages(_FINDINGS[finding.code], values)


def _in_languages(sentence: str, values: Mapping[str, Any]) -> Said:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = gettext(sentence) % values
    return found
