"""Consent: which elements a form has, and how the signatures behind it came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.language import say, text
from stemcell_kit.model import Text
from stemcell_kit.qc.ethics.consent_elements import ConsentScore, score_consent
from stemcell_kit.qc.identity.identifiers import read_iso_date
from stemcell_kit.worksheets.ethics import ethics_reference
from stemcell_kit.worksheets.rows import each_row

__all__ = ["consent_elements", "consent_talk_gaps", "score_consent_form"]

# Material for which care and the asking for consent lie in different hands.
_REPRODUCTIVE = ("embryos", "eggs", "sperm", "zygotes")


def consent_elements() -> pd.DataFrame:
    """Return the elements of a consent form, which of them are critical, and their basis."""
    rows = [
        {
            "element": row["id"],
            "critical": row["critical"],
            "about": text(Text(row["label"])),
            "basis": row["basis"],
        }
        for row in ethics_reference()["element"]
    ]
    return pd.DataFrame(rows)


def score_consent_form(
    answers: Mapping[Any, str] | pd.DataFrame, version: str = ""
) -> ConsentScore:
    """Score a form read element by element, by the limit in force.

    Parameters
    ----------
    answers
        Element -> ``present``, ``partly``, ``missing`` or ``not applicable``, or a table with
        ``element`` and a column per *version*.
    """
    if isinstance(answers, pd.DataFrame):
        answers = dict(zip(answers["element"], answers[version], strict=True))
    elements = consent_elements()
    least = catalogue().limit("eth-consent-elements-percent").at_least or 0.0
    named = {str(element): answer for element, answer in answers.items()}
    table = {name: list(elements[name]) for name in ("element", "critical")}
    return score_consent(named, table, at_least_percent=least)


def consent_talk_gaps(talks: pd.DataFrame) -> pd.DataFrame:
    """Return by donor what is wrong with the signature: too late, an old version, or who asked.

    Who treats a patient may ask for skin; for embryos, eggs and sperm care and consent are apart.
    """
    rows = [{"donor": row.donor, "gap": "; ".join(_gaps(row))} for row in each_row(talks)]
    return pd.DataFrame(rows).set_index("donor")


def _gaps(row: Any) -> list[str]:
    reproductive = any(word in row.material for word in _REPRODUCTIVE)
    found = {
        "ethics.signed-late": read_iso_date(row.signed) > read_iso_date(row.collected),
        "ethics.old-version": row.version != row.in_force,
        "ethics.own-physician": reproductive and row.asked_by == "treating physician",
    }
    return [say(key) for key, holds in found.items() if holds]
