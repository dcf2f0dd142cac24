"""An institution's profile: a sheet to fill, what it binds and overrides, how two of them differ.

The sheet asks for the clause number that each statement has in the institution's own licensed
copy, and offers every limit with the value it has without a profile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stemcell_kit.catalogue import Catalogue, load_catalogue, load_profile
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say, text
from stemcell_kit.model import Limit, Profile, Standard
from stemcell_kit.paths import content_dir

__all__ = ["check_profile", "diff_profiles", "new_profile"]

Data = dict[str, Any]

_BOUNDS = ("at_least", "at_most", "above", "below", "grey")


def new_profile(path: Path, *, name: str, standards: Sequence[str] = ()) -> Data:
    """Write an empty profile for these standards, or for all, and return what it asks for.

    Raises
    ------
    BadInput
        No such standard, a name without letters, or a file that is there already or cannot be
        written.
    """
    plain = load_catalogue(content_dir())
    parts = {part.id: part for one in standards for part in plain.parts(one)}
    chosen = list((parts or plain.standards).values())
    if not name.strip():
        raise BadInput(say("profile.nameless"))
    limits = _limits_of(plain, chosen)
    lines = [*_head(name), *_clause_lines(chosen), "", *_limit_lines(limits)]
    try:
        # never over a profile that somebody has filled in
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write("\n".join(lines) + "\n")
    except FileExistsError:
        raise BadInput(say("profile.exists", path=path)) from None
    except OSError as error:
        raise BadInput(say("profile.unwritable", path=path, reason=error.strerror)) from None
    statements = sum(len(standard.requirements) for standard in chosen)
    return {"path": str(path), "statements": statements, "limits": len(limits)}


def check_profile(path: Path) -> Data:
    """Hold a profile against the catalogue and say what it binds and what it overrides.

    Raises
    ------
    BadInput, ContentError
        The file cannot be read, or names what the kit does not have; all problems are listed.
    """
    profile = load_profile(path)
    bound = load_catalogue(content_dir(), profile=profile)
    plain = load_catalogue(content_dir())
    return {
        "name": profile.name,
        "digest": profile.digest,
        "standards": [
            {
                "id": standard.id,
                "statements": len(standard.requirements),
                "bound": sum(bool(profile.clauses.get(r.full_id)) for r in standard.requirements),
            }
            for standard in bound.standards.values()
        ],
        "limits": [
            {
                "id": name,
                "label": text(bound.limit(name).label),
                "without": plain.limit(name).bound,
                "with": bound.limit(name).bound,
            }
            for name in profile.limits
        ],
    }


def diff_profiles(one: Path, other: Path) -> Data:
    """Return which clauses and limits two profiles set differently; an absent value is ``""``."""
    first, second = load_profile(one), load_profile(other)
    sides = [load_catalogue(content_dir(), profile=profile) for profile in (first, second)]
    limits = sorted({*first.limits, *second.limits})
    return {
        "names": [first.name, second.name],
        "digests": [first.digest, second.digest],
        "clauses": [
            {
                "id": name,
                "first": first.clauses.get(name, ""),
                "second": second.clauses.get(name, ""),
            }
            for name in _all_ids(first, second)
            if first.clauses.get(name, "") != second.clauses.get(name, "")
        ],
        "limits": [
            {"id": name, "first": sides[0].limit(name).bound, "second": sides[1].limit(name).bound}
            for name in limits
            if sides[0].limit(name).bound != sides[1].limit(name).bound
        ],
    }


def _all_ids(first: Profile, second: Profile) -> list[str]:
    return sorted({*first.clauses, *second.clauses})


def _limits_of(plain: Catalogue, standards: Sequence[Standard]) -> list[Limit]:
    names = [name for s in standards for r in s.requirements for name in r.limits]
    return [plain.limit(name) for name in dict.fromkeys(names)]


# --- the sheet -----------------------------------------------------------------------------


def _head(name: str) -> Iterator[str]:
    yield from (f"# {line}" for line in say("profile.head").splitlines())
    yield from ("", f"name = {_quoted(name.strip())}", "", "[clauses]")


def _clause_lines(standards: Sequence[Standard]) -> Iterator[str]:
    for standard in standards:
        yield f"# --- {text(standard.title)}"
        for requirement in standard.requirements:
            yield f"# {text(requirement.statement)}"
            yield f'{_quoted(requirement.full_id)} = ""'


def _limit_lines(limits: Sequence[Limit]) -> Iterator[str]:
    yield "# --- " + say("profile.limits")
    for limit in limits:
        yield f"# {text(limit.label)}: {limit.bound} ({limit.provenance})"
        yield f"# [limits.{_quoted(limit.id)}]"
        yield from (f"# {name} = {value:g}" for name, value in _bounds(limit).items())


def _bounds(limit: Limit) -> Mapping[str, float]:
    named = {name: getattr(limit, name) for name in _BOUNDS}
    return {name: value for name, value in named.items() if value is not None}


def _quoted(words: str) -> str:
    # a JSON string is a TOML string too
    return json.dumps(words, ensure_ascii=False)
