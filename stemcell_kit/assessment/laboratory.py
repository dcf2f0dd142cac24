"""The checklists of one laboratory side by side, and the commitments that stand on them."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.declaration.commitments import commitment_states
from stemcell_kit.assessment.declaration.document import Declarant, declare
from stemcell_kit.assessment.declaration.page import declaration_html
from stemcell_kit.assessment.shown_page import ShownPage
from stemcell_kit.catalogue import catalogue, read_content
from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.language import say, text
from stemcell_kit.model import Requirement
from stemcell_kit.paths import content_dir
from stemcell_kit.records import Records

__all__ = ["Laboratory", "invented_laboratory", "my_laboratory"]

_INVENTED = "reference/invented_laboratory.toml"


class Laboratory:
    """A laboratory's checklists; ``answer`` changes them, the tables show what follows."""

    def __init__(self, checklists: Sequence[Checklist]) -> None:
        self.checklists = tuple(checklists)

    def __repr__(self) -> str:
        return f"Laboratory({', '.join(one.standard.id for one in self.checklists)})"

    def figures(self) -> pd.DataFrame:
        """Return the four figures per standard.

        Returns
        -------
        One row per standard: ``risk_covered`` and ``score`` in percent (missing where nothing was
        answered), ``answered`` and ``statements`` as counts, ``open_critical``.
        """
        rows = []
        for one in self.checklists:
            score = one.score()
            rows.append(
                {
                    "standard": one.standard.id,
                    "risk_covered": score.risk_percent,
                    "score": score.percent,
                    "answered": score.answered,
                    "statements": score.total,
                    "open_critical": score.open_criticals,
                }
            )
        return pd.DataFrame(rows)

    def commitments(self) -> pd.DataFrame:
        """Return the state of each commitment of the declaration.

        Returns
        -------
        One row per commitment: ``commitment, says, core`` (●), ``support``, and how many
        statements are ``held`` and ``open``; statements that do not apply count in neither.
        """
        rows = [
            {
                "commitment": state.commitment.id,
                "says": text(state.commitment.statement),
                "core": "●" if state.commitment.core else "",
                "support": say(f"declaration.support-{state.support}"),
                "held": len(state.supporting),
                "open": len(state.open),
            }
            for state in commitment_states(self.checklists)
        ]
        return pd.DataFrame(rows)

    def open_statements(self, commitment: str) -> pd.DataFrame:
        """Return the statements that do not support a commitment yet, and what each lacks.

        Raises
        ------
        BadInput
            There is no such commitment.
        """
        states = {state.commitment.id: state for state in commitment_states(self.checklists)}
        if commitment not in states:
            raise BadInput(f"no commitment {commitment!r}; choose one of {', '.join(states)}")
        rows = [
            {
                "requirement": one.item.requirement.full_id,
                "severity": str(one.item.requirement.severity),
                "statement": text(one.item.requirement.statement),
                "lacks": say(f"declaration.why-{one.why}"),
            }
            for one in states[commitment].open
        ]
        return pd.DataFrame(rows, columns=["requirement", "severity", "statement", "lacks"])

    def answer(self, full_id: str, *, score: int | str, **words: Any) -> None:
        """Answer a statement on whichever checklist has it, as ``Checklist.answer`` does.

        Raises
        ------
        BadInput
            No checklist of this laboratory holds the statement, or the answer is refused.
        """
        for one in self.checklists:
            if any(item.requirement.full_id == full_id for item in one.items):
                one.answer(full_id, score=score, **words)
                return
        raise BadInput(
            f"{full_id} is on no checklist of this laboratory; it has "
            f"{', '.join(one.standard.id for one in self.checklists)}"
        )

    def draft(
        self,
        words: Mapping[str, str] | None = None,
        *,
        name: str = "OP-03",
        role: str = "quality lead",
        organisation: str = "Laboratory N",
        scope: str = "banks and products of the checklists",
        on: date | None = None,
    ) -> ShownPage:
        """Return the declaration as a page; a commitment without words keeps it a draft.

        Raises
        ------
        BadInput
            Words for a commitment that does not exist, or an empty name, role or scope.
        """
        who = Declarant(name, role, organisation, scope)
        document = declare(self.checklists, who, words or {}, on=on or date.today())
        return ShownPage(declaration_html(document), say("declaration.title"))


def my_laboratory(*standards: str, assessment: str = "default") -> Laboratory:
    """Return your own checklists, e.g. ``my_laboratory("iso-24603", "tcscb-nk")``.

    Raises
    ------
    BadInput
        No standard is named, or one that does not exist.
    """
    if not standards:
        known = [one.id for one in catalogue().standards.values() if not one.module]
        raise BadInput(f"name the standards of your laboratory, out of {', '.join(known)}")
    return Laboratory([Checklist(name, assessment=assessment) for name in standards])


def invented_laboratory() -> Laboratory:
    """Return a laboratory made up for teaching; its answers are its own, never the learner's."""
    data = _invented()
    folder = Path(tempfile.mkdtemp(prefix="stemcell-kit-"))
    store = Records(f"sqlite:///{folder.as_posix()}/records.sqlite")
    # the scratch records live as long as the laboratory that is invented in them
    weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
    checklists = [Checklist(name, store=store) for name in data["standards"]]
    for checklist in checklists:
        for item in checklist.items:
            given = _given(item.requirement, data["answer"])
            if given and item.answer.version == 0:
                checklist.answer(item.requirement.full_id, **given)
    return Laboratory(checklists)


def _given(requirement: Requirement, rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the last rule that fits says; an empty answer leaves the statement open."""
    topic = f"{requirement.standard}/{requirement.topic}"
    names = {requirement.full_id, topic, requirement.standard, "all"}
    fits = [rule for rule in rules if names & set(rule["of"])]
    given = {key: value for key, value in fits[-1].items() if key != "of"} if fits else {}
    if "evidence" in given:
        given["evidence"] = given["evidence"].format(id=requirement.id.upper())
    return given


def _invented() -> dict[str, Any]:
    problems: list[Problem] = []
    data = read_content(content_dir(), _INVENTED, "laboratory", problems)
    problems += _unknown(data.get("answer", []))
    if problems:
        raise ContentError(problems)
    return data


def _unknown(rules: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    known = {"all", *catalogue().standards, *catalogue().requirements}
    known |= {f"{r.standard}/{r.topic}" for r in catalogue().requirements.values()}
    for rule in rules:
        for name in rule.get("of", []):
            if name not in known:
                expected = "a standard, standard/topic or requirement"
                yield Problem(_INVENTED, "answer.of", repr(name), expected)
