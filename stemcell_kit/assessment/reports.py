"""Writing a report: a page, a workbook or plain data, chosen by the name of the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.comparison import Comparison
from stemcell_kit.assessment.gap_report import gap_report_html
from stemcell_kit.assessment.report_data import figures, report_data
from stemcell_kit.assessment.sites import sites_data, sites_html, sites_workbook
from stemcell_kit.assessment.workbook import workbook_bytes
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["write_report", "write_sites_report"]

Form = TypeVar("Form")


def write_report(
    checklist: Checklist,
    path: Path | str,
    *,
    on: date | None = None,
    comparison: Comparison | None = None,
) -> Path:
    """Write the report of a checklist as ``.html``, ``.xlsx`` or ``.json``, and note that it was.

    Parameters
    ----------
    on
        The date that the report carries; today if it is not given.
    comparison
        An earlier day or another assessment to compare with.

    Raises
    ------
    BadInput
        The name ends otherwise, or the file cannot be written there.
    """
    path = Path(path)
    content = _form(path, _FORMS)(checklist, on or date.today(), comparison)
    _write(path, content)
    profile = checklist.catalogue.profile
    checklist.store.save_report(
        assessment=checklist.assessment,
        standard=checklist.standard.id,
        file=str(path),
        sha256=hashlib.sha256(content).hexdigest(),
        profile=profile.name,
        profile_digest=profile.digest,
        figures=figures(checklist.score()),
    )
    return path


def write_sites_report(
    checklists: Sequence[Checklist], path: Path | str, *, on: date | None = None
) -> Path:
    """Write several assessments of one standard side by side, as ``.html``, ``.xlsx`` or ``.json``.

    Raises
    ------
    BadInput
        The name ends otherwise, or the file cannot be written there.
    """
    path = Path(path)
    _write(path, _form(path, _SITES_FORMS)(checklists, on or date.today()))
    return path


def _form(path: Path, forms: Mapping[str, Form]) -> Form:
    if path.suffix.lower() not in forms:
        raise BadInput(say("report.kind-refused", path=path, forms=", ".join(forms)))
    return forms[path.suffix.lower()]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(say("checklist.report-refused", path=path, reason=error.strerror)) from None


def _html(checklist: Checklist, on: date, comparison: Comparison | None) -> bytes:
    return gap_report_html(checklist, on=on, comparison=comparison).encode("utf-8")


def _xlsx(checklist: Checklist, on: date, comparison: Comparison | None) -> bytes:
    return workbook_bytes(report_data(checklist, on=on, comparison=comparison))


def _json(checklist: Checklist, on: date, comparison: Comparison | None) -> bytes:
    return _as_json(report_data(checklist, on=on, comparison=comparison))


def _as_json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


_FORMS: Mapping[str, Callable[[Checklist, date, Comparison | None], bytes]] = {
    ".html": _html,
    ".xlsx": _xlsx,
    ".json": _json,
}
_SITES_FORMS: Mapping[str, Callable[[Sequence[Checklist], date], bytes]] = {
    ".html": lambda checklists, on: sites_html(checklists, on=on).encode("utf-8"),
    ".xlsx": lambda checklists, on: sites_workbook(checklists),
    ".json": lambda checklists, on: _as_json(sites_data(checklists) | {"date": on.isoformat()}),
}
