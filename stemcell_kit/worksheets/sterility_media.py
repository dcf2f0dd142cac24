"""Media and suitability of a sterility test: from plates, tubes and vessels to a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc import inputs
from stemcell_kit.qc.sterility.growth_promotion import (
    RecoveryRatio,
    equal_media_fail,
    over_inoculum,
    recovery_ratio,
)
from stemcell_kit.qc.sterility.low_numbers import empty_share
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.rows import each_row, rows_of
from stemcell_kit.worksheets.sterility_sampling import vials_with_growth

__all__ = [
    "broth_needed_ml",
    "counting_noise",
    "found_with_antibiotic",
    "growth_by_role",
    "inoculum_risk",
    "lots_found_by_medium",
    "media_recovery",
    "medium_recipe",
    "membrane_share",
    "passages_from_seed",
    "strains_not_growing",
]

_CHALLENGED = ("positive control", "suitability")


def growth_by_role(sessions: pd.DataFrame) -> pd.DataFrame:
    """Count the vessels of each lot and role that grew, written as ``grown / vessels``.

    A vessel with an added organism grew if it turned turbid; a test vessel or a negative control
    only if its subculture grew, since cells alone make broth turbid.
    """
    table = sessions[["lot", "role"]].copy()
    table["grew"] = _grew(sessions)
    counts = table.groupby(["lot", "role"], sort=False)["grew"].agg(["sum", "size"])
    words = counts["sum"].astype(str) + " / " + counts["size"].astype(str)
    return words.unstack()[list(dict.fromkeys(table["role"]))]


def strains_not_growing(sessions: pd.DataFrame, *, days: Limit) -> pd.DataFrame:
    """Return the challenges beside the product that did not grow within so many days.

    Returns
    -------
    ``lot, medium, organism, inoculum_cfu, turbid_day`` (0 for never).
    """
    beside = sessions[sessions["role"] == "suitability"]
    late = (beside["turbid_day"] == 0) | (beside["turbid_day"] > (days.at_most or 0))
    names = ["lot", "medium", "organism", "inoculum_cfu", "turbid_day"]
    return beside.loc[late, names].reset_index(drop=True)


def lots_found_by_medium(sessions: pd.DataFrame) -> pd.DataFrame:
    """Return how many contaminated lots each medium finds alone, and all media together.

    Returns
    -------
    ``media, lots_found``.
    """
    vials = vials_with_growth(sessions)
    grown = vials[vials["grew"]]
    media = list(dict.fromkeys(sessions.loc[sessions["role"] == "test", "medium"]))
    rows = [
        (f"{medium} only", grown.loc[grown["media"].str.split("+").map(set) >= {medium}, "lot"])
        for medium in media
    ]
    rows.append((" and ".join(media), grown["lot"]))
    found = [(name, lots.nunique()) for name, lots in rows]
    return pd.DataFrame(found, columns=["media", "lots_found"])


def media_recovery(plates: pd.DataFrame, limit: Limit) -> pd.DataFrame:
    """Compare each new lot of a medium with the approved one, organism by organism.

    Parameters
    ----------
    plates
        ``medium_lot, organism, poured`` (new or approved), ``colonies``; as many plates of both.
    limit
        Accepted ratio; its ends are included.

    Returns
    -------
    ``medium_lot, organism, new, approved`` (colonies of all plates), ``ratio, low, high`` (exact
    interval of counting alone) and ``accepted``.

    Raises
    ------
    BadInput
        Another word than new or approved, not as many plates of both, or nothing grew on the
        approved medium.
    """
    other = sorted(set(plates["poured"]) - {"new", "approved"})
    if other:
        raise BadInput(f"poured is {other[0]!r} on some plates; expected 'new' or 'approved'.")
    rows = []
    for (lot, organism), own in plates.groupby(["medium_lot", "organism"], sort=False):
        found = _ratio(own, limit, f"{lot}, {organism}")
        new = int(own.loc[own["poured"] == "new", "colonies"].sum())
        ends = (found.value, found.interval.low, found.interval.high)
        rows.append((lot, organism, new, found.n - new, *ends, found.accepted))
    columns = ["medium_lot", "organism", "new", "approved", "ratio", "low", "high", "accepted"]
    return pd.DataFrame(rows, columns=columns).round(2)


def counting_noise(means: Iterable[float], limit: Limit) -> pd.DataFrame:
    """Return how often two equal media fail a ratio by counting alone, in percent.

    Returns
    -------
    ``mean_colonies, fails_percent``.
    """
    low, high = limit.at_least or 0, limit.at_most or 0
    rows = [(mean, 100 * equal_media_fail(mean, at_least=low, at_most=high)) for mean in means]
    return pd.DataFrame(rows, columns=["mean_colonies", "fails_percent"]).round(2)


def inoculum_risk(means: Iterable[float], limit: Limit) -> pd.DataFrame:
    """Return how often an inoculum of a mean exceeds its limit, and how often it is empty.

    Returns
    -------
    ``mean_cfu, over_percent, empty_percent``.
    """
    most = int(limit.at_most or 0)
    rows = [
        (mean, 100 * over_inoculum(mean, limit=most), 100 * empty_share(mean)) for mean in means
    ]
    return pd.DataFrame(rows, columns=["mean_cfu", "over_percent", "empty_percent"]).round(1)


def found_with_antibiotic(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count by strain the samples found without antibiotic and with it.

    Returns
    -------
    ``strain, samples, without, with``.
    """
    groups = pairs.groupby("strain", sort=False)
    table = groups[["without", "with"]].sum().astype(int)
    table.insert(0, "samples", groups.size())
    return table.reset_index()


def medium_recipe(medium: str, litres: float) -> pd.DataFrame:
    """Scale the published formula of a medium, e.g. ``medium_recipe("FTM", 3.5)``.

    Returns
    -------
    ``ingredient, g_per_litre, grams``.
    """
    volume = inputs.positive(litres, "litres")
    own = rows_of(teaching_table("media_recipes"), "medium", medium)
    table = own[["ingredient", "g_per_litre"]].reset_index(drop=True)
    return table.assign(grams=(table["g_per_litre"] * volume).round(3))


def membrane_share(diameter_mm: float, *, of_mm: float) -> float:
    """Return the area of a membrane as a share of one of *of_mm*: volumes go with the area."""
    asked = inputs.positive(diameter_mm, "diameter_mm")
    return (asked / inputs.positive(of_mm, "of_mm")) ** 2


def broth_needed_ml(product_ml: float, limit: Limit) -> float:
    """Return the broth that so much product needs to stay within its share in percent."""
    if not limit.at_most:
        raise BadInput(f"the limit {limit.id} has no upper bound; expected a share in percent.")
    return inputs.positive(product_ml, "product_ml") * 100 / limit.at_most


def passages_from_seed(cultures: pd.DataFrame, *, seed_passage: int = 0) -> pd.DataFrame:
    """Count the passages of every culture from the master seed.

    Parameters
    ----------
    cultures
        ``culture, parent``; the parent of the seed itself is empty.
    seed_passage
        Passages that the seed had behind it when it came.

    Returns
    -------
    ``culture, parent, passages``.

    Raises
    ------
    BadInput
        A parent that is not in the table, or a culture that descends from itself.
    """
    parents = dict(zip(cultures["culture"], cultures["parent"], strict=True))
    table = cultures[["culture", "parent"]].copy()
    steps = [_steps_to_seed(row.culture, parents) for row in each_row(cultures)]
    return table.assign(passages=[seed_passage + n for n in steps])


def _steps_to_seed(culture: str, parents: Mapping[str, str]) -> int:
    steps, at = 0, culture
    while parents[at]:
        at, steps = parents[at], steps + 1
        if at not in parents:
            raise BadInput(f"{culture} comes from {at}, which is not in the table; add its row.")
        if steps > len(parents):
            raise BadInput(f"{culture} descends from itself; check the column parent.")
    return steps


def _grew(sessions: pd.DataFrame) -> pd.Series[bool]:
    turbid = sessions["role"].isin(_CHALLENGED) & (sessions["turbid_day"] > 0)
    return turbid | (~sessions["role"].isin(_CHALLENGED) & (sessions["subculture"] == "growth"))


def _ratio(own: pd.DataFrame, limit: Limit, what: str) -> RecoveryRatio:
    plates = {
        poured: own.loc[own["poured"] == poured, "colonies"] for poured in ("new", "approved")
    }
    if len(plates["new"]) != len(plates["approved"]):
        raise BadInput(
            f"{what}: {len(plates['new'])} new plates and {len(plates['approved'])} approved; "
            "expected as many of both, poured and counted side by side."
        )
    return recovery_ratio(
        int(plates["new"].sum()),
        int(plates["approved"].sum()),
        at_least=limit.at_least or 0,
        at_most=limit.at_most or 0,
    )
