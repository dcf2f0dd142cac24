"""Ethics review category: which review a project needs, by a table of rules.

The rules are data. A rule applies if one of its alternatives holds; the strictest verdict wins.
What is not stated is not assumed: as long as an open question could lead to a stricter verdict,
the answer is that information is missing, never that the work is allowed.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["MISSING", "ReviewCategory", "review_category"]

MISSING = "information missing"


@dataclass(frozen=True)
class ReviewCategory(Shown):
    """The verdict with the rules it rests on, in both frames.

    ``at_least`` is the strictest verdict of the rules that surely apply (empty if none does);
    ``international`` the strictest category of the comparison frame; ``open`` the facts that
    are missing; ``uncovered`` what no rule speaks of.
    """

    verdict: str
    at_least: str
    international: str
    rules: tuple[str, ...]
    open: tuple[str, ...]
    uncovered: tuple[str, ...]
    flags: tuple[str, ...]
    notes: tuple[str, ...] = ()


def review_category(rules: Mapping[str, Any], **facts: Any) -> ReviewCategory:
    """Classify a project by its facts.

    Parameters
    ----------
    rules
        ``fact`` (id, kind, values), ``verdicts`` from lenient to strict, ``international`` from
        lenient to strict, ``rule`` (id, verdict, when) and ``flag`` (id, when). ``when`` lists
        alternatives; each maps facts to what they must be. A condition is a list of allowed
        words, a truth value, or a table with ``above``; a list fact meets it with one word in
        common, and ``without`` names words that it must not have.
    facts
        The facts of the project by name; one left out or None is not known.

    Returns
    -------
    The verdict, or ``information missing`` where an unknown fact could make it stricter or where
    something that is done is covered by no rule.

    Raises
    ------
    BadInput
        A fact or a word that the rules do not know.
    """
    known = _checked_facts(rules, facts)
    order = {name: rank for rank, name in enumerate(rules["verdicts"])}
    judged = [(rule, *_judge(rule["when"], known)) for rule in rules["rule"]]
    fired = [(rule, holds) for rule, holds, _ in judged if holds]
    top = max((order[rule["verdict"]] for rule, _ in fired), default=-1)
    could = [missing for rule, _, missing in judged if order[rule["verdict"]] > top]
    open_facts = tuple(dict.fromkeys(name for missing in could for name in missing))
    uncovered = _uncovered(rules, known, [holds for _, holds in fired])
    at_least = rules["verdicts"][top] if fired else ""
    complete = top == len(order) - 1 or (fired and not open_facts and not uncovered)
    return ReviewCategory(
        at_least if complete else MISSING,
        at_least,
        _international(rules, fired),
        tuple(rule["id"] for rule, _ in fired),
        open_facts,
        uncovered,
        tuple(one["id"] for one in rules.get("flag", ()) if _judge(one["when"], known)[0]),
        _notes(open_facts, uncovered),
    )


def _checked_facts(rules: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {row["id"]: row for row in rules["fact"]}
    for name, value in facts.items():
        if name not in kinds:
            near = difflib.get_close_matches(name, kinds, n=3) or list(kinds)
            raise BadInput(f"no fact {name!r} in the rules; expected one of {', '.join(near)}.")
        if value is not None:
            _check_fact(kinds[name], value)
    return {name: facts.get(name) for name in kinds}


def _check_fact(fact: Mapping[str, Any], value: Any) -> None:
    kind, name = fact["kind"], fact["id"]
    if kind == "flag" and not isinstance(value, bool):
        raise BadInput(f"{name} is {value!r}; expected True, False or None for not known.")
    if kind == "number":
        inputs.not_negative(value, name)
    if kind == "words" and (isinstance(value, str) or not value):
        raise BadInput(f"{name} is {value!r}; expected a list with at least one word.")
    words = [value] if kind == "word" else value if kind == "words" else []
    for word in words:
        if word not in fact["values"]:
            raise BadInput(
                f"{name} holds {word!r}; expected one of {', '.join(fact['values'])}. "
                "What the rules have no word for goes to the committee."
            )


def _judge(
    alternatives: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Return the alternatives that hold, and the unknown facts of those that could."""
    holding: list[Mapping[str, Any]] = []
    unknown: list[str] = []
    for one in alternatives:
        answers = {name: _meets(facts[name], wanted) for name, wanted in one["facts"].items()}
        if all(answers.values()):
            holding.append(one)
        elif False not in answers.values():
            unknown += [name for name, answer in answers.items() if answer is None]
    return holding, unknown


def _meets(value: Any, wanted: Any) -> bool | None:
    """Say whether a fact meets a condition; None where the fact is not known."""
    if value is None:
        return None
    if isinstance(wanted, bool):
        return bool(value) is wanted
    if isinstance(wanted, Mapping) and "above" in wanted:
        return bool(value > wanted["above"])
    any_of = wanted["any_of"] if isinstance(wanted, Mapping) else wanted
    without = wanted.get("without", ()) if isinstance(wanted, Mapping) else ()
    words = [value] if isinstance(value, str) else value
    return bool(set(words) & set(any_of)) and not set(words) & set(without)


def _uncovered(
    rules: Mapping[str, Any], facts: Mapping[str, Any], fired: Sequence[Sequence[Mapping[str, Any]]]
) -> tuple[str, ...]:
    """Return the words of list facts that no rule in force speaks of."""
    lists = [row["id"] for row in rules["fact"] if row["kind"] == "words"]
    left: list[str] = []
    for name in lists:
        spoken: set[str] = set()
        for alternative in (one for holds in fired for one in holds):
            wanted = alternative["facts"].get(name, [])
            spoken |= set(wanted["any_of"] if isinstance(wanted, Mapping) else wanted)
        left += [word for word in facts[name] or () if word not in spoken]
    return tuple(left)


def _international(rules: Mapping[str, Any], fired: Sequence[tuple[Any, Any]]) -> str:
    named = [one["international"] for _, holds in fired for one in holds if "international" in one]
    return max(named, key=rules["international"].index, default="")


def _notes(open_facts: Sequence[str], uncovered: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if open_facts:
        notes.append(f"state {', '.join(open_facts)}: the answer could make the review stricter")
    if uncovered:
        notes.append(f"no rule in force speaks of {', '.join(uncovered)}: ask the committee")
    return tuple(notes)
