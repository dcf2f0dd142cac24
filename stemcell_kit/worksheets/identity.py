"""STR tables in, identity results out: profiles, matches, readings and peaks."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Limit, Measurement
from stemcell_kit.qc.identity.str_match import (
    MODES,
    StrMatch,
    StrProfile,
    at_loci,
    compare,
    loci_with_extra_alleles,
    read_profile,
    sex_call,
)

__all__ = [
    "compare_rules",
    "match_donors",
    "match_lots",
    "match_readings",
    "match_str",
    "peaks_at",
    "scores_of",
    "str_profile",
    "str_samples",
    "tanabe_score",
]

_NO_MARKER = {"sample", "role", "donor"}
_NO_LOCUS = {"line", "accession", "kind", "conflicting_loci"}
_SCORES = ("tanabe", "masters_query", "masters_reference")
_SCORED_BY = {"tanabe_percent": _SCORES[:1], "masters_percent": _SCORES[1:]}


def str_samples(table: pd.DataFrame) -> tuple[str, ...]:
    """Return the names of the samples of an STR table, in its order."""
    return tuple(dict.fromkeys(table["sample"]))


def str_profile(
    table: pd.DataFrame, sample: str, *, loci: Iterable[str] | None = None
) -> StrProfile:
    """Return the STR profile of one sample.

    Parameters
    ----------
    table
        Long (one row per sample and marker, ``allele_1`` and on) or wide (one column per marker).
    loci
        Only these loci, amelogenin then left out unless it is named.

    Raises
    ------
    BadInput
        The table does not hold the sample, or a cell is no allele.
    """
    rows = table[table["sample"] == sample]
    if rows.empty:
        near = difflib.get_close_matches(str(sample), str_samples(table), n=3)
        near = near or list(str_samples(table)[:3])
        raise BadInput(f"no sample {sample!r} in this table; it has for example {', '.join(near)}")
    if "marker" in table:
        places = [name for name in table if str(name).startswith("allele_")]
        found = dict(zip(rows["marker"], rows[places].to_numpy().tolist(), strict=True))
    else:
        found = {name: rows[name].iloc[0] for name in table if name not in _NO_MARKER}
    profile = read_profile(found)
    return profile if loci is None else at_loci(profile, loci)


def match_str(table: pd.DataFrame, sample: str, reference: str, **rules: Any) -> StrMatch:
    """Compare two samples of one table; ``mode`` and ``amelogenin`` as in the STR method."""
    return compare(str_profile(table, sample), str_profile(table, reference), **rules)


def tanabe_score(match: StrMatch) -> Measurement:
    """Return the Tanabe score of a match as a measurement to hold against a limit."""
    return Measurement("tanabe_percent", match.tanabe, "%", n=len(match.loci))


def match_donors(table: pd.DataFrame, sample: str) -> pd.DataFrame:
    """Compare one sample with every donor reference of the table, best first.

    Returns
    -------
    One row per donor: loci compared, alleles shared and the three scores in percent.
    """
    donors = _rows_of_role(table, "donor")
    rows = {donor: scores_of(match_str(table, sample, donor)) for donor in donors}
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("donor")
    return found.sort_values("tanabe", ascending=False, kind="stable")


def match_lots(table: pd.DataFrame) -> pd.DataFrame:
    """Compare every lot of the table with the donor that is registered for it.

    Returns
    -------
    One row per lot: donor, loci compared, scores in percent, loci with more than two alleles,
    and the amelogenin calls of lot and donor.
    """
    rows = []
    for lot in _rows_of_role(table, "lot"):
        donor = table.loc[table["sample"] == lot, "donor"].iloc[0]
        mine, reference = str_profile(table, lot), str_profile(table, donor)
        rows.append(
            {
                "lot": lot,
                "donor": donor,
                **scores_of(compare(mine, reference)),
                "extra_allele_loci": len(loci_with_extra_alleles(mine)),
                "amelogenin": sex_call(mine),
                "amelogenin_donor": sex_call(reference),
            }
        )
    return pd.DataFrame(rows).set_index("lot")


def compare_rules(query: StrProfile, reference: StrProfile) -> pd.DataFrame:
    """Score one pair of profiles by each mode for missing loci, then with amelogenin counted."""
    rules: list[dict[str, Any]] = [{"mode": mode, "amelogenin": False} for mode in MODES]
    rules.append({"mode": MODES[0], "amelogenin": True})
    rows = []
    for rule in rules:
        match = compare(query, reference, **rule)
        counted = {
            "alleles_query": match.alleles_query,
            "alleles_reference": match.alleles_reference,
        }
        rows.append({**rule, **scores_of(match), **counted})
    return pd.DataFrame(rows).set_index("mode")


def match_readings(match: StrMatch, *limits: Limit) -> pd.DataFrame:
    """Read the three scores of a match by the limits of several owners.

    Returns
    -------
    One row per limit, one column per score: ``related``, ``look further`` or ``unrelated``; a dash
    where the limit was published for another score.
    """
    rows = []
    for limit in limits:
        scored = _SCORED_BY.get(limit.quantity, _SCORES)
        readings = {s: _reading(getattr(match, s), limit) if s in scored else "–" for s in _SCORES}
        rows.append({"limit": limit.id, "related_from": f"{limit.at_least:g} %", **readings})
    head = {"limit": "score", "related_from": ""}
    score = {s: f"{getattr(match, s):.1f} %" for s in _SCORES}
    return pd.DataFrame([{**head, **score}, *rows]).set_index("limit")


def _reading(score: float, limit: Limit) -> str:
    """Say where a score lies: at the bound or above, in the grey zone, or below it."""
    if limit.at_least is None:
        raise BadInput(f"{limit.id} has no lower bound; choose a limit for match scores")
    if score >= limit.at_least:
        return say("identity.related")
    grey = limit.at_least if limit.grey is None else limit.grey
    return say("identity.look-further" if score >= grey else "identity.unrelated")


def peaks_at(table: pd.DataFrame, sample: str, reference: str) -> pd.DataFrame:
    """Return every called peak of a sample and whether the reference has the allele.

    Returns
    -------
    One row per peak: ``marker, allele, height`` (RFU) and ``in_reference``.
    """
    known = str_profile(table, reference)
    places = [str(name)[7:] for name in table if str(name).startswith("allele_")]
    rows = [
        {
            "marker": row["marker"],
            "allele": row[f"allele_{place}"],
            "height": row[f"height_{place}"],
            "in_reference": row[f"allele_{place}"] in known.get(row["marker"], frozenset()),
        }
        for row in table[table["sample"] == sample].to_dict("records")
        for place in places
        if row[f"allele_{place}"]
    ]
    return pd.DataFrame(rows)


def _rows_of_role(table: pd.DataFrame, role: str) -> tuple[str, ...]:
    if "role" not in table or "donor" not in table:
        raise BadInput(
            "the table does not say which samples are lots and which are donors; "
            "add the columns role and donor, or compare two samples by name with match_str"
        )
    return str_samples(table[table["role"] == role])


def scores_of(match: StrMatch) -> dict[str, float]:
    """Return loci, shared alleles and the three scores of a match, percent with two decimals."""
    scores = {score: round(getattr(match, score), 2) for score in _SCORES}
    return {"loci": len(match.loci), "shared": match.shared, **scores}
