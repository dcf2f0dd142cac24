"""The case of an exercise: a bank of its own for every learner, of the same difficulty for all.

``content/cases/<exercise>.toml`` says which faults are planted and which tables are handed out;
the learner's id decides the bank's seed, which lots carry the faults, and which rows of a
teaching table are handed out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from stemcell_kit.catalogue import sound_content
from stemcell_kit.errors import BadInput
from stemcell_kit.paths import content_dir
from stemcell_kit.teaching_tables import teaching_table

if TYPE_CHECKING:
    import pandas as pd

    from stemcell_kit.bank import Bank

__all__ = ["Case", "case", "look_up"]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Case:
    """One learner's case: ``case["table"]`` is a table, ``case.number("name")`` a number.

    ``lots`` are the lots under test, in the order of the register: of the bank, or of the
    product that the case is about.
    """

    exercise: str
    learner_id: str
    bank: Bank = field(repr=False)
    lots: tuple[str, ...]
    truth: Mapping[str, tuple[str, ...]] = field(repr=False)
    plan: Mapping[str, Any] = field(repr=False)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return a table of the case, limited to the lots under test unless it is given whole."""
        look_up(self.plan["table"], table, "table")
        if table not in self._tables:
            self._tables[table] = self._read(table)
        return self._tables[table].copy()

    def number(self, name: str) -> float:
        """Return a number of the case, e.g. how many cells were frozen."""
        draw = look_up(self.plan.get("number", {}), name, "number")
        return _number(draw, _digest(self.exercise, self.learner_id, "number", name))

    def withheld(self, table: str) -> pd.DataFrame:
        """Return the rows that a drawn table leaves out for this learner, e.g. missing papers."""
        drawn = self.plan["table"].get(table, {})
        if "drawn_from" not in drawn:
            raise BadInput(f"the table {table!r} of this case is not drawn from a list of rows")
        whole = teaching_table(drawn["drawn_from"])
        return whole.drop(index=self._chosen(table, whole)).reset_index(drop=True)

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    def _read(self, name: str) -> pd.DataFrame:
        table = self.plan["table"][name]
        if "drawn_from" in table:
            whole = teaching_table(table["drawn_from"])
            return whole.loc[self._chosen(name, whole)].reset_index(drop=True)
        from stemcell_kit.bank import ASSAYS

        is_of_lots = ASSAYS[table["assay"]].of == self.plan.get("of", "lot")
        limited = is_of_lots and not table.get("whole")
        return self.bank.table(table["assay"], self.lots if limited else None)

    def _chosen(self, name: str, whole: pd.DataFrame) -> list[int]:
        """Return the places of the rows that this learner gets, in the order of the table.

        ``rows`` is how many, negative for how many are left out; with ``each`` it counts within
        every group of that column, so that all cases are of one difficulty.
        """
        plan = self.plan["table"][name]
        groups = whole.groupby(plan["each"]).groups.values() if "each" in plan else [whole.index]
        kept: list[int] = []
        for group in groups:
            order = sorted(
                group, key=lambda row: _digest(self.exercise, self.learner_id, name, str(row))
            )
            kept += order[: plan["rows"]]
        return sorted(kept)


def look_up(known: Mapping[str, _T], name: str, kind: str) -> _T:
    """Return what a case holds under a name.

    Raises
    ------
    BadInput
        There is no such name; the message lists those there are.
    """
    if name not in known:
        raise BadInput(f"this case has no {kind} {name!r}; it has {', '.join(known) or 'none'}")
    return known[name]


def case(exercise: str, learner_id: str) -> Case:
    """Return the case that belongs to this exercise and this learner, always the same one.

    Raises
    ------
    BadInput
        There is no such exercise, or the learner id is empty.
    """
    from stemcell_kit.bank import Fault, build

    if not isinstance(learner_id, str) or not learner_id.strip():
        raise BadInput(f'learner_id is {learner_id!r}; write a name in quotes, e.g. "wei-03"')
    learner_id = learner_id.strip()
    plan = _plan(exercise)
    seed = _digest(exercise, learner_id, "seed") % 2**31
    lots, known = _carriers(build(seed), plan)
    lots = sorted(lots, key=lambda name: _digest(exercise, learner_id, "lot", name))
    labels = dict.fromkeys(row["lot"] for row in plan["faults"] if "lot" in row)
    places = dict(zip(labels, lots, strict=False))
    faults = [
        Fault(row["fault"], places[row["lot"]] if "lot" in row else None, row.get("fraction"))
        for row in plan["faults"]
    ]
    bank = build(seed, faults)
    under_test = set(lots[: plan.get("lots", len(lots))])
    truth: dict[str, tuple[str, ...]] = {}
    for fault in faults:
        truth[fault.name] = (*truth.get(fault.name, ()), fault.lot or "")
    return Case(
        exercise=exercise,
        learner_id=learner_id,
        bank=bank,
        lots=tuple(lot for lot in known if lot in under_test),
        truth=truth,
        plan=plan,
    )


def _plan(exercise: str) -> dict[str, Any]:
    known = sorted(path.stem for path in (content_dir() / "cases").glob("*.toml"))
    if exercise not in known:
        raise BadInput(f"there is no case {exercise!r}; choose one of {', '.join(known)}")
    return sound_content(f"cases/{exercise}.toml", "case")


def _carriers(bank: Bank, plan: Mapping[str, Any]) -> tuple[list[str], tuple[str, ...]]:
    """Return the lots that can be under test, and all lots of their kind as the register has them."""
    of = plan.get("of", "lot")
    if of != "lot":
        made = tuple(product.id for product in bank.products if product.kind == of)
        return list(made), made
    tiers = plan.get("among", "M")
    return [name for name in bank.lots if name.rsplit("-", 1)[1][0] in tiers], bank.lots


def _number(draw: Mapping[str, float], digest: int) -> float:
    step = draw.get("step", 1)
    choices = round((draw["high"] - draw["low"]) / step) + 1
    return round(draw["low"] + step * (digest % choices), 10)


def _digest(*words: str) -> int:
    text = "\x1f".join(words)  # a separator no id contains, so that ("a", "bc") is not ("ab", "c")
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")
