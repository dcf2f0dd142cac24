"""Writing a report: a page, a workbook or plain data, chosen by the name of the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.comparison import Comparison
from stemcell_kit.assessment.gap_report import gap_report_html
from stemcell_kit.assessment.report_data import figures, report_data
from stemcell_kit.assessment.workbook import workbook_bytes
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["write_report"]


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
    if path.suffix.lower() not in _FORMS:
        raise BadInput(say("report.kind-refused", path=path, forms=", ".join(_FORMS)))
    content = _FORMS[path.suffix.lower()](checklist, on or date.today(), comparison)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(say("checklist.report-refused", path=path, reason=error.strerror)) from None
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


def _html(checklist: Checklist, on: date, comparison: Comparison | None) -> bytes:
    return gap_report_html(checklist, on=on, comparison=comparison).encode("utf-8")


def _xlsx(checklist: Checklist, on: date, comparison: Comparison | None) -> bytes:
    return workbook_bytes(report_data(checklist, on=on, comparison=comparison))


def _json(checklist: Checklist, on: date, comparison: Comparison | None) -> bytes:
    data = report_data(checklist, on=on, comparison=comparison)
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


_FORMS: Mapping[str, Callable[[Checklist, date, Comparison | None], bytes]] = {
    ".html": _html,
    ".xlsx": _xlsx,
    ".json": _json,
}
