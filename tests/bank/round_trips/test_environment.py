"""Environmental monitoring from the hidden truth through the sheets and back, over fifty banks."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.bank import build, parse_fault
from stemcell_kit.bank.exports.environment import files
from stemcell_kit.bank.noise import noise
from stemcell_kit.instruments import read_sheet
from stemcell_kit.qc.environment.count_limits import count_limits
from stemcell_kit.qc.environment.particle_class import check_grade
from stemcell_kit.qc.environment.recovery_rate import recovery_rate
from stemcell_kit.teaching_tables import teaching_table

SEEDS = range(1, 51)
FAULT = "environment-excursion"
LIMITS: Any = teaching_table("particles_cn_gmp")


@cache
def sheet(kind: str, seed: int, *faults: str) -> pd.DataFrame:
    """One sheet, written and read back."""
    bank = build(seed, [parse_fault(fault) for fault in faults])
    raw = next(raw for name, raw in files(bank, bank.lots[:1]) if name == f"{kind}.csv")
    return read_sheet(raw, kind)


@pytest.mark.parametrize("kind", ["environment", "particles"])
def test_a_sheet_reads_back_as_it_was(kind: str) -> None:
    """Every plate and every particle count; what does not apply stays empty."""
    bank = build(7)

    assert_frame_equal(sheet(kind, 7), bank.table(kind), check_dtype=False)
    assert b"Undetermined" not in dict(files(bank, bank.lots[:1]))[f"{kind}.csv"]


def test_products_alone_bring_no_sheets() -> None:
    """The rooms belong to the bank lots."""
    assert list(files(build(7), ["NK-2401"])) == []


def test_the_mean_counts_are_those_of_the_rooms() -> None:
    """Over all banks each grade and kind comes back, within four standard errors."""
    every = pd.concat([sheet("environment", seed) for seed in SEEDS])
    setting = noise("environment")
    for (grade, kind), plates in every.groupby(["grade", "kind"])["colonies"]:
        mean, size = setting["colonies"][grade][kind], setting["size"][grade]
        error = ((mean + mean**2 / size) / len(plates)) ** 0.5
        assert plates.mean() == pytest.approx(mean, abs=4 * error)


def above_action(plates: pd.DataFrame) -> int:
    """Sessions after the first thirteen in which the background is above its own action level."""
    room = plates[plates["grade"] == "B"]
    dates = sorted(set(room["date"]))
    before = room[room["date"].isin(dates[:13])]["colonies"].tolist()
    levels = count_limits(before, rule="inverse cdf", alert=0.95, action=0.99)
    later = room[room["date"].isin(dates[13:])]
    return int((later.groupby("date")["colonies"].max() > levels.action).sum())


def test_an_excursion_is_found_by_the_room_s_own_action_level() -> None:
    """Three sessions stand out in every bank; without the fault fewer than one on average."""
    planted = [above_action(sheet("environment", seed, FAULT)) for seed in SEEDS]
    usual = [above_action(sheet("environment", seed)) for seed in SEEDS]

    assert min(planted) >= 3
    assert sum(usual) / len(usual) < 1


def test_an_excursion_is_seen_neither_in_clean_corridors_nor_in_particles() -> None:
    """The grades outside and the particle counts do not change at all."""
    for seed in SEEDS[:10]:
        plates, usual = sheet("environment", seed, FAULT), sheet("environment", seed)
        outside = plates["grade"].isin(["C", "D"])
        assert_frame_equal(plates[outside], usual[outside])
        with_fault = build(seed, [parse_fault(FAULT)])
        assert_frame_equal(with_fault.table("particles"), build(seed).table("particles"))


def test_the_recovery_rate_of_grade_a_stays_below_five_percent() -> None:
    """Nearly all plates of the cabinet are clean."""
    for seed in SEEDS:
        cabinet = sheet("environment", seed).query("grade == 'A'")["colonies"]
        assert recovery_rate(int((cabinet > 0).sum()), len(cabinet)).value < 5


def test_every_room_keeps_its_particle_limit() -> None:
    """Grade by grade, at rest and in operation, where a limit is set."""
    for seed in SEEDS:
        particles = sheet("particles", seed)
        for (grade, state), counts in particles.groupby(["grade", "state"]):
            if (grade, state) != ("D", "in operation"):
                table: Any = counts
                assert check_grade(table, LIMITS, grade=grade, state=state).within
