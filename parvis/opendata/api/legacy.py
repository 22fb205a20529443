"""The address where clients of the API's first version download a whole dataset."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from parvis.kernel import clock
from parvis.kernel.http import CityRequest
from parvis.opendata import forms
from parvis.opendata.api import answers
from parvis.opendata.api.door import explore
from parvis.opendata.api.exports import as_file, check_format
from parvis.opendata.api.versions import asked_version

_NEW_NAMES = {"use_labels_for_header": "use_labels", "csv_separator": "delimiter", "rows": "limit"}
_KEPT = frozenset({"format", "timezone", "lang", "apikey", "version", "as_of"})


@csrf_exempt
@login_not_required
def download(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    """Return a dataset as a file; what is wrong is told under the name it had then, too."""
    response = _download(request, dataset_id=dataset_id)
    if response.status_code < HTTPStatus.BAD_REQUEST or not isinstance(response, HttpResponse):
        return response
    told = json.loads(response.content)
    response.content = json.dumps({"error": told.get("message"), **told}, ensure_ascii=False)
    return response


@explore
def _download(request: CityRequest, dataset_id: str) -> HttpResponseBase:
    given = _as_of_today(request.GET)
    asked = forms.read_export(given, now=clock.now())
    options = replace(forms.read_file_options(given), with_bom=False)
    version = asked_version(request, dataset_id, asked)
    format_name = given.get("format", "csv")
    check_format(version.schema, format_name)
    tag = answers.version_tag(version, asked)
    return answers.unless_known(
        request, tag, lambda: as_file(request, version, asked, options, format_name)
    )


def _as_of_today(given: QueryDict) -> QueryDict:
    """Return the parameters of the first version under the names they have now."""
    renamed = QueryDict(mutable=True)
    for name in given:
        verb, _dot, field = name.partition(".")
        if name in _KEPT or name in _NEW_NAMES:
            renamed[_NEW_NAMES.get(name, name)] = given.get(name, "")
        elif verb in {"refine", "exclude"} and field:
            for value in given.getlist(name):
                renamed.appendlist(verb, f"{field}:{value}")
    return renamed
