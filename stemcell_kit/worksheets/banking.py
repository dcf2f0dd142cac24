"""Banking, step by step: from runs, fills, boxes, labels and journeys to what they say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Measurement
from stemcell_kit.paths import content_dir
from stemcell_kit.qc import inputs
from stemcell_kit.qc.cells import cell_count
from stemcell_kit.qc.identity import identifiers
from stemcell_kit.qc.molecular.nat_call import NatRun, NatWell, WellRole, call_run
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "check_labels",
    "contact_times",
    "fill_order",
    "fill_order_p_value",
    "labels_to_check",
    "late_agreements",
    "master_vials_needed",
    "nat_calls",
    "nat_run",
    "open_documents",
    "pedigree",
    "recipients",
    "storage_summary",
    "transit_summary",
    "warmest_in_transit",
]

_ROLES = {
    "sample": WellRole.SAMPLE,
    "positive control": WellRole.POSITIVE_CONTROL,
    "negative control": WellRole.NEGATIVE_EXTRACTION,
    "no template": WellRole.NO_TEMPLATE,
}
# which tier a tier may be grown from; a seed stock comes from the derivation itself
_PARENT = {"working bank": "master bank", "master bank": "seed stock", "seed stock": ""}


# --- the mycoplasma run --------------------------------------------------------------------


def nat_run(run: pd.DataFrame, *, cutoff_cq: float, internal_shift: float) -> NatRun:
    """Call a mycoplasma run; cut-off and shift come from the validation of the kit."""
    wells = [
        NatWell(row.sample, row.target_cq, row.control_cq, _ROLES.get(row.role, row.role))
        for row in each_row(run)
    ]
    return call_run(wells, cutoff_cq=cutoff_cq, internal_shift=internal_shift)


def nat_calls(run: pd.DataFrame, *, cutoff_cq: float, internal_shift: float) -> pd.DataFrame:
    """Return call and reason of each sample of a mycoplasma run, by sample."""
    called = nat_run(run, cutoff_cq=cutoff_cq, internal_shift=internal_shift)
    rows = [{"sample": c.sample, "call": str(c.call), "reason": c.reason} for c in called.samples]
    return pd.DataFrame(rows).set_index("sample")


# --- fill, cooling, storage ----------------------------------------------------------------


def fill_order(vials: pd.DataFrame) -> pd.DataFrame:
    """Fit a straight line of viable recovery on fill position, per lot.

    Returns
    -------
    By lot: recovery at the first and the last vial and its change in percent points, all from
    the fitted line, the p-value of the slope, and the number of vials thawed.

    Raises
    ------
    BadInput
        A lot has fewer than three vials.
    """
    rows = [{"lot": lot, **_fit(lot, own)} for lot, own in vials.groupby("lot", sort=False)]
    return pd.DataFrame(rows).set_index("lot")


def fill_order_p_value(vials: pd.DataFrame, lot: str) -> Measurement:
    """Return the p-value of the slope of recovery on fill position in one lot."""
    own = _of(vials, "lot", lot)
    return Measurement("fill_order_slope_p_value", _fit(lot, own)["p_value"], "", len(own))


def contact_times(freezing: pd.DataFrame) -> pd.DataFrame:
    """Return by lot the minutes from cryoprotectant to filling and to cooling of the last vial."""
    added = pd.to_datetime(freezing["cryoprotectant_at"])
    minutes = {
        f"{name}_min": (pd.to_datetime(freezing[f"{name}_at"]) - added).dt.total_seconds() / 60
        for name in ("first_vial", "last_vial", "cooling")
    }
    return pd.DataFrame({"lot": freezing["lot"], **minutes}).set_index("lot")


def storage_summary(boxes: pd.DataFrame) -> pd.DataFrame:
    """Return by lot the tanks its boxes stand in, the tank probe and the warmest mapped place."""
    return boxes.groupby("lot", sort=False).agg(
        tanks=("tank", "nunique"), probe_c=("probe_c", "max"), warmest_c=("mapped_c", "max")
    )


# --- tiers and release ---------------------------------------------------------------------


def pedigree(labels: pd.DataFrame, planned: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Say of each lot, and of lots planned (lot -> parent), whether its parent's tier is right."""
    tier = dict(zip(labels["lot"], labels["tier"], strict=True))
    letter = {_letter(lot): name for lot, name in tier.items()}
    parents = {**dict(zip(labels["lot"], labels["parent_lot"], strict=True)), **(planned or {})}
    rows = []
    for lot, parent in parents.items():
        own = tier.get(lot) or letter.get(_letter(lot), "")
        above = tier.get(parent, "")
        same_line = not parent or lot.rpartition("-")[0] == parent.rpartition("-")[0]
        right = same_line and own in _PARENT and above == _PARENT[own]
        rows.append({"lot": lot, "tier": own, "parent_lot": parent, "allowed": right})
    return pd.DataFrame(rows).set_index("lot")


def open_documents(dossier: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """List the release documents that are missing, not signed or signed by who froze the lot."""
    froze = dict(zip(labels["lot"], labels["operator"], strict=True))
    gaps = [_gap(row, froze.get(row.lot, "")) for row in each_row(dossier)]
    listed = dossier[["lot", "document", "result"]].assign(gap=gaps)
    return listed[listed["gap"] != ""].reset_index(drop=True)


def master_vials_needed(
    *,
    years: float,
    working_banks_per_year: float,
    vials_per_working_bank: float,
    test_vials: float,
    reserve_percent: float,
) -> int:
    """Return the vials that a master bank needs: use over its life, tests, and a reserve on both."""
    used = years * working_banks_per_year * vials_per_working_bank
    total = inputs.positive(used + test_vials, "vials used and tested")
    # the tolerance keeps 30 vials plus 20 % at 36 where the product is a hair above it
    return math.ceil(total * (1 + inputs.not_negative(reserve_percent, "reserve") / 100) - 1e-9)


# --- labels and traceability ---------------------------------------------------------------


def labels_to_check() -> list[str]:
    """Return six constructed vial labels, one right and five that fail."""
    path = content_dir() / "reference" / "constructed_labels.csv"
    return list(pd.read_csv(path, encoding="utf-8", dtype=str)["label"])


def check_labels(labels: Iterable[str]) -> pd.DataFrame:
    """Say what is wrong with each vial label; a right one gets an empty cell.

    A label names line, bank with lot, passage, vial, date and hazard sign, e.g.
    ``SKTi003-A M1 p19 v07 2024-02-06 BIO``.
    """
    rows = [{"label": label, "wrong": "; ".join(_label_gaps(label))} for label in labels]
    return pd.DataFrame(rows).set_index("label")


def recipients(consignments: pd.DataFrame, lot: str) -> list[str]:
    """Return the codes of all who hold vials or cells of a lot, second-hand recipients included."""
    own = consignments[consignments["lot"] == lot]
    return sorted({code for name in ("recipient", "passed_on_to") for code in own[name] if code})


# --- journeys ------------------------------------------------------------------------------


def late_agreements(consignments: pd.DataFrame) -> pd.DataFrame:
    """Return the consignments that left without a signed agreement or before its date."""
    late = [
        not row.agreement
        or identifiers.read_iso_date(row.agreement) > identifiers.read_iso_date(row.shipped)
        for row in each_row(consignments)
    ]
    return consignments.loc[late, ["consignment", "recipient", "agreement", "shipped"]]


def transit_summary(log: pd.DataFrame, *, above_c: float) -> pd.DataFrame:
    """Summarise each journey: its length, warmest and last reading, hours above a temperature.

    ``unrecorded_h`` are the hours for which nobody is named as holder. Each reading stands
    for the time until the next.
    """
    rows = [{"consignment": name, **_journey(own, above_c)} for name, own in _journeys(log)]
    return pd.DataFrame(rows).set_index("consignment")


def warmest_in_transit(log: pd.DataFrame, consignment: str) -> Measurement:
    """Return the warmest reading of one journey."""
    own = _of(log, "consignment", consignment)
    warmest = float(own["temperature_c"].max())
    return Measurement("warmest_temperature_in_transit", warmest, "°C", len(own))


# --- parts of the above --------------------------------------------------------------------


def _of(table: pd.DataFrame, column: str, wanted: str) -> pd.DataFrame:
    own = table[table[column] == wanted]
    if own.empty:
        known = ", ".join(dict.fromkeys(table[column]))
        raise BadInput(f"no {column} {wanted!r} in the table; choose one of {known}")
    return own


def _fit(lot: Any, own: pd.DataFrame) -> dict[str, float]:
    if own["vial"].nunique() < 3:
        raise BadInput(
            f"{lot} has {own['vial'].nunique()} thawed vials; a trend needs at least three: "
            "thaw the first, the last and some between."
        )
    recovery = [
        cell_count.viable_recovery(row.viable_recovered, row.viable_frozen).value
        for row in each_row(own)
    ]
    from scipy.stats import linregress  # slow to load, and only this step needs it

    line = linregress(own["vial"], recovery)
    first, last = (line.intercept + line.slope * n for n in (1, int(own["vials_filled"].iloc[0])))
    return {
        "vials": len(own),
        "first_percent": round(first, 1),
        "last_percent": round(last, 1),
        "change_points": round(last - first, 1),
        "p_value": float(f"{line.pvalue:.2g}"),
    }


def _letter(lot: str) -> str:
    return lot.rpartition("-")[2][:1]


def _gap(row: Any, froze: str) -> str:
    if not row.present:
        return say("banking.missing")
    if not row.signed_by:
        return say("banking.unsigned")
    return say("banking.own-signature") if row.signed_by == froze else ""


def _label_gaps(label: str) -> Iterator[str]:
    words = label.split()
    if not any(identifiers.is_hpscreg_name(word) for word in words):
        yield say("banking.no-line")
    for name, form in {"bank": r"[SMW]\d+", "passage": r"p\d+(\+\d+)*", "vial": r"v\d+"}.items():
        if not any(re.fullmatch(form, word) for word in words):
            yield say(f"banking.no-{name}")
    if any(identifiers.is_ambiguous_date(word) for word in words):
        yield say("banking.two-dates")
    elif not any(identifiers.is_iso_date(word) for word in words):
        yield say("banking.no-date")
    if "BIO" not in words:
        yield say("banking.no-hazard")


def _journeys(log: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame]]:
    yield from log.sort_values("hour").groupby("consignment", sort=True)


def _journey(own: pd.DataFrame, above_c: float) -> dict[str, float]:
    until_next = own["hour"].diff().shift(-1).fillna(0)
    return {
        "hours": int(own["hour"].max()),
        "warmest_c": float(own["temperature_c"].max()),
        "at_arrival_c": float(own["temperature_c"].iloc[-1]),
        "hours_above": int(until_next[own["temperature_c"] > above_c].sum()),
        "unrecorded_h": int(until_next[own["holder"] == ""].sum()),
    }
