"""The release documents of each lot, with the result each of them states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from stemcell_kit.bank.assays.copy_number import copies
from stemcell_kit.bank.assays.flow import tube_events
from stemcell_kit.bank.assays.karyotype import iscn
from stemcell_kit.bank.assays.sterility import sterility_report
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, pick, stream, whole_between
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["dossier"]


def dossier(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """List the documents of each lot.

    With ``document-missing`` one report is absent and another unsigned, drawn from the seed.
    """
    rows = [row for lot in lots for row in _documents(truth, lot)]
    return pd.DataFrame(rows, columns=columns("dossier"))


def _documents(truth: Truth, lot: Lot) -> list[dict[str, object]]:
    setting = noise("dossier")
    rng = stream(truth.seed, "dossier", lot.id)
    frozen = dt.date.fromisoformat(lot.frozen)
    reports = setting["documents"][1:-1]
    absent = pick(rng, reports)
    unsigned = pick(rng, [name for name in reports if name != absent])
    if not lot.share("document-missing"):
        absent = unsigned = ""
    results = _results(truth, lot)
    rows: list[dict[str, object]] = []
    for name in setting["documents"]:
        day = frozen + dt.timedelta(days=whole_between(rng, setting["report_days"]))
        signer = pick(rng, setting["reviewers"])
        if name == "certificate-of-analysis":
            day = frozen + dt.timedelta(days=setting["certificate_day"])
        date = truth.registered_donor(lot).consent_date if name == "consent-record" else str(day)
        there = name != absent
        rows.append(
            {
                "lot": lot.id,
                "document": name,
                "present": there,
                "date": date if there else "",
                "signed_by": signer if there and name != unsigned else "",
                "result": results[name] if there else "",
            }
        )
    return rows


def _results(truth: Truth, lot: Lot) -> dict[str, str]:
    found = copies(truth, lot)
    return {
        "consent-record": truth.registered_donor(lot).consent,
        "passage-log": f"banked at p{lot.passage}",
        "str-report": _identity(truth, lot),
        "karyotype-report": str(iscn(truth, [lot])["karyotype"].iloc[0]),
        "copy-number-report": f"BCL2L1 {found['BCL2L1']:.1f}, NANOG {found['NANOG']:.1f} copies",
        "marker-report": _marker(truth, lot),
        "mycoplasma-report": _nat(lot),
        "sterility-report": sterility_report(truth, lot),
        "post-thaw-report": "recorded",
        "certificate-of-analysis": f"{lot.id}, p{lot.label_passage}, {lot.vials} vials",
    }


def _identity(truth: Truth, lot: Lot) -> str:
    own = truth.registered_donor(lot).id
    donors = {truth.donor_of(line).id for line, _ in lot.content}
    if donors == {own}:
        return f"matches {own}"
    return f"more than one profile, {own} among them" if own in donors else f"does not match {own}"


def _marker(truth: Truth, lot: Lot) -> str:
    """Count stained cells above the 99th percentile of the isotype, as the laboratory does."""
    name = noise("dossier")["marker"]
    gate = tube_events(truth, lot, "isotype")[name].quantile(0.99)
    share = (tube_events(truth, lot, "stained")[name] > gate).mean()
    return f"{name} {100 * share:.0f} % positive"


def _nat(lot: Lot) -> str:
    if lot.share("mycoplasma-control-failure"):
        return "internal control not detected"
    return "detected" if lot.share("mycoplasma") else "not detected"
