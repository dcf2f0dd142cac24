"""Public STR profiles, a snapshot of Cellosaurus (CC BY 4.0): one profile, a search, pairs."""

from __future__ import annotations

import csv
import difflib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import combinations
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.paths import content_dir
from stemcell_kit.qc.identity.str_match import (
    StrMatch,
    StrProfile,
    at_loci,
    compare,
    read_profile,
)
from stemcell_kit.qc.identity.str_search import search
from stemcell_kit.worksheets.identity import scores_of

__all__ = [
    "match_public",
    "public_profile",
    "public_profiles",
    "search_public",
    "unrelated_pairs",
    "visiting_line",
]

_NO_LOCUS = {"line", "accession", "kind", "conflicting_loci"}
_SCORES = ("tanabe", "masters_query", "masters_reference")


@cache
def _public_rows() -> dict[str, dict[str, str]]:
    """Read the public table; sister clones get a row of their own."""
    about = _about()
    path = content_dir() / "reference" / about["files"]["human"]
    with path.open(encoding="utf-8", newline="") as lines:
        rows = {row["line"]: row for row in csv.DictReader(lines)}
    for sisters in about["sisters"]:
        parent = rows[sisters["line"]]
        for name in sisters["same"]:
            own = {"line": name, "accession": "", **sisters.get("differs", {})}
            rows[name] = {**parent, **own}
    return rows


@cache
def _about() -> dict[str, Any]:
    text = (content_dir() / "reference" / "cellosaurus_str.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _lesson() -> dict[str, Any]:
    text = (content_dir() / "reference" / "identity_lesson.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def public_profiles(names: Iterable[str] | None = None) -> dict[str, StrProfile]:
    """Return profiles of a snapshot of Cellosaurus (CC BY 4.0), all or those named.

    Source
    ------
    Cellosaurus as shipped with CLASTR; Robin et al. 2019, doi 10.1002/ijc.32639.
    """
    rows = _public_rows()
    return {name: public_profile(name) for name in (rows if names is None else names)}


def public_profile(name: str, *, loci: Iterable[str] | None = None) -> StrProfile:
    """Return one public profile, all of it or only some loci, e.g. ``public_profile("201B7")``."""
    rows = _public_rows()
    if name not in rows:
        near = difflib.get_close_matches(name, rows, n=3) or list(rows)
        raise BadInput(f"no public profile {name!r} in the snapshot; it has {', '.join(near)}")
    cells = {key: cell for key, cell in rows[name].items() if key not in _NO_LOCUS}
    profile = read_profile(cells)
    return profile if loci is None else at_loci(profile, loci)


def match_public(query: str, reference: str, **rules: Any) -> StrMatch:
    """Compare two public profiles by name."""
    return compare(public_profile(query), public_profile(reference), **rules)


def search_public(profile: Mapping[str, frozenset[str]], *, minimum: float) -> pd.DataFrame:
    """Search the public snapshot for profiles like this one, best Tanabe score first.

    Parameters
    ----------
    minimum
        Lowest Tanabe score to list, percent.

    Returns
    -------
    One row per line: accession (empty where none was seen), what the database says about the
    line, loci compared, alleles shared and the three scores. ``attrs`` names the snapshot.
    """
    rows = _public_rows()
    hits = search(profile, public_profiles(), minimum=minimum)
    found = pd.DataFrame(
        [
            {
                "line": hit.name,
                "accession": rows[hit.name]["accession"],
                "listed_as": rows[hit.name]["kind"],
                **scores_of(hit.match),
            }
            for hit in hits
        ],
        columns=["line", "accession", "listed_as", "loci", "shared", *_SCORES],
    ).set_index("line")
    found.attrs = {key: _about()[key] for key in ("citation", "licence", "snapshot")}
    return found


def unrelated_pairs(loci: Iterable[str]) -> pd.DataFrame:
    """Compare public lines of different donors pair by pair at the loci of a panel.

    Returns
    -------
    One row per pair: ``first, second, loci, shared`` and the three scores in percent.
    """
    wanted = tuple(loci)
    profiles = {
        name: at_loci(profile, wanted)
        for name, profile in public_profiles(_lesson()["unrelated"]).items()
    }
    rows = [
        {"first": one, "second": other, **scores_of(compare(profiles[one], profiles[other]))}
        for one, other in combinations(profiles, 2)
    ]
    return pd.DataFrame(rows)


def visiting_line(number: float = 0) -> pd.DataFrame:
    """Return the STR table of a line that came to the laboratory; sample ``VIS-00`` and on.

    The names are invented; the alleles are those of a public profile.
    """
    visitors = _lesson()["visitor"]
    place = int(number)
    if place not in range(len(visitors)):
        raise BadInput(f"there is no visiting line {number!r}; choose 0 to {len(visitors) - 1}")
    visitor = visitors[place]
    profile = public_profile(visitor["alleles_of"])
    rows = []
    for marker, alleles in profile.items():
        called = sorted(alleles, key=lambda a: (a.isalpha(), float(a) if a not in "XY" else 0, a))
        named = {f"allele_{n + 1}": called[n] if n < len(called) else "" for n in range(4)}
        rows.append({"sample": visitor["sample"], "marker": marker, **named})
    return pd.DataFrame(rows)
