"""Sampling for a sterility test: what a rule takes, what a sample finds, what a negative leaves."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.paths import content_dir
from stemcell_kit.qc import inputs
from stemcell_kit.qc.sterility.contamination_rate import contamination_rate
from stemcell_kit.qc.sterility.sampling_plan import chance_in_batch, chance_of_detection
from stemcell_kit.qc.sterility.sampling_rule import (
    TooFewContainers,
    containers_to_test,
    quantity_per_medium,
)
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "containers_for",
    "detection_chances",
    "fill_parts_sampled",
    "hits_by_level",
    "lots_found_by_day",
    "quantities_for",
    "sampling_audit",
    "sampling_rule",
    "vials_with_growth",
]


def sampling_rule(name: str) -> list[Mapping[str, float]]:
    """Return the rows of a sampling rule, e.g. ``sampling_rule("parenterals")``.

    Raises
    ------
    BadInput
        There is no rule of that name.
    """
    rules = _rules()
    if name not in rules:
        raise BadInput(f"no sampling rule {name!r}; choose one of {', '.join(rules)}")
    return list(rules[name]["rule"])


def containers_for(batches: Iterable[int], rule: str = "parenterals") -> pd.DataFrame:
    """Return how many containers a rule takes from batches of these sizes.

    Returns
    -------
    One row per batch: ``batch, containers, percent`` (of the batch).

    Raises
    ------
    TooFewContainers
        A batch is smaller than what the rule takes.
    """
    rows = [(size, containers_to_test(size, sampling_rule(rule))) for size in batches]
    table = pd.DataFrame(rows, columns=["batch", "containers"])
    table["percent"] = (100 * table["containers"] / table["batch"]).round(1)
    return table


def quantities_for(volumes_ml: Iterable[float], rule: str = "liquid-quantity") -> pd.DataFrame:
    """Return what containers of these volumes give to the test, by a rule for liquids.

    Returns
    -------
    One row per volume: ``container_ml, per_medium_ml, two_media_ml`` and ``containers``, how many
    of them fill both media once.
    """
    rows = []
    for volume in volumes_ml:
        taken = quantity_per_medium(volume, sampling_rule(rule))
        rows.append((volume, taken.value, 2 * taken.value, taken.containers))
    return pd.DataFrame(
        rows, columns=["container_ml", "per_medium_ml", "two_media_ml", "containers"]
    )


def detection_chances(numbers: Iterable[int], shares_percent: Iterable[float]) -> pd.DataFrame:
    """Return the chance, in percent, that so many containers hold a contaminated one.

    Returns
    -------
    One row per number of containers, one column per share of contaminated containers in percent.
    """
    shares = list(shares_percent)
    table = pd.DataFrame(
        {f"{s:g} %": [100 * chance_of_detection(n, s / 100) for n in numbers] for s in shares},
        index=pd.Index(list(numbers), name="containers"),
    )
    return table.round(1)


def sampling_audit(
    batches: pd.DataFrame, *, contaminated_percent: float, rule: str = "parenterals"
) -> pd.DataFrame:
    """Say of each batch what its sterility test could find, and what its result leaves possible.

    Parameters
    ----------
    batches
        One row per batch: ``batch, containers, tested, positives``.
    contaminated_percent
        Share of contaminated containers, rounded up to whole ones, that ``finds`` is asked about.

    Returns
    -------
    ``batch, containers, tested, rule`` (0 where the batch is too small for it), ``finds`` (chance
    in percent that such a contamination was in the sample), ``positives`` and ``at_most`` (share
    of contaminated containers in percent that the result does not exclude, one-sided 95 %).

    Raises
    ------
    BadInput
        A batch with more tested than filled, or none tested.
    """
    rows = []
    for one in each_row(batches):
        filled = inputs.count(one.containers, f"containers of {one.batch}")
        tested = inputs.count(one.tested, f"tested of {one.batch}")
        positives = inputs.count(one.positives, f"positives of {one.batch}")
        # a tenth of 45 containers is 5 of them: at least that share
        bad = -int(-filled * contaminated_percent // 100)
        finds = 100 * chance_in_batch(filled, bad, tested)
        left = contamination_rate(positives, tested).upper_limit
        asked = _taken_or_none(filled, rule)
        rows.append((one.batch, filled, tested, asked, finds, positives, left))
    columns = ["batch", "containers", "tested", "rule", "finds", "positives", "at_most"]
    return pd.DataFrame(rows, columns=columns).round(1)


def vials_with_growth(sessions: pd.DataFrame) -> pd.DataFrame:
    """Return every test vial of some sterility sessions and whether anything grew from it.

    Returns
    -------
    One row per vial: ``lot, vial, grew, day`` (first turbid reading of a vessel that grew, 0 if
    none did) and ``media`` (those that grew, joined by a plus).
    """
    test = sessions[sessions["role"] == "test"].copy()
    test["vial"] = test["vessel"].str.rsplit("-", n=1).str[1].astype(int)
    rows = []
    for (lot, vial), own in test.groupby(["lot", "vial"], sort=False):
        grown = own[own["subculture"] == "growth"]
        day = 0 if grown.empty else int(grown["turbid_day"].min())
        rows.append((lot, vial, not grown.empty, day, "+".join(grown["medium"])))
    return pd.DataFrame(rows, columns=["lot", "vial", "grew", "day", "media"])


def lots_found_by_day(sessions: pd.DataFrame, days: Sequence[int]) -> pd.DataFrame:
    """Return how many lots had shown growth by each day, the planned end of the test among them.

    Returns
    -------
    One row per day: ``closed_on_day, lots_found, lots``.
    """
    vials = vials_with_growth(sessions)
    first = vials[vials["grew"]].groupby("lot")["day"].min()
    lots = vials["lot"].nunique()
    rows = [(day, int((first <= day).sum()), lots) for day in days]
    return pd.DataFrame(rows, columns=["closed_on_day", "lots_found", "lots"])


def fill_parts_sampled(parts: pd.DataFrame, vials: Iterable[int]) -> pd.DataFrame:
    """Count the sampled vials in each part of a fill.

    Parameters
    ----------
    parts
        ``part, first, last``: the numbers of its first and last vial, both included.
    vials
        Numbers of the sampled vials.

    Returns
    -------
    ``part, first, last, filled, sampled``.
    """
    taken = list(vials)
    table = parts[["part", "first", "last"]].copy()
    table["filled"] = table["last"] - table["first"] + 1
    spans = zip(table["first"], table["last"], strict=True)
    table["sampled"] = [sum(low <= vial <= high for vial in taken) for low, high in spans]
    return table


def hits_by_level(study: pd.DataFrame) -> pd.DataFrame:
    """Count the detected replicates of a detection study at each level; blanks are left out.

    Returns
    -------
    One row per level, the highest first: ``concentration`` (CFU/mL), ``positives``,
    ``replicates``, as ``detection_limit`` takes them.
    """
    spiked = study[study["level_cfu_per_ml"] > 0]
    if spiked.empty:
        raise BadInput("the study has blanks only; expected levels above 0 CFU/mL.")
    levels = spiked.groupby("level_cfu_per_ml")["detected"].agg(positives="sum", replicates="size")
    table = levels.sort_index(ascending=False).reset_index()
    return table.rename(columns={"level_cfu_per_ml": "concentration"})


@cache
def _rules() -> dict[str, dict[str, Any]]:
    path = content_dir() / "reference" / "sterility_sampling.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _taken_or_none(containers: int, rule: str) -> int:
    try:
        return containers_to_test(containers, sampling_rule(rule))
    except TooFewContainers:
        return 0
