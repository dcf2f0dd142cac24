"""The sterility test of each lot, vessel by vessel, with its controls."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.assays.sterility_methods import (
    detection_study,
    growth_promotion,
    rapid_comparison,
)
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, pick, stream, whole_between
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["ASSAYS", "sterility", "sterility_report"]


@dataclass(frozen=True)
class _Vessel:
    """What a vessel holds: a medium, perhaps product, perhaps an organism added on purpose."""

    label: str
    role: str
    medium: str
    vial: int = 0
    organism: str = ""

    @property
    def has_product(self) -> bool:
        return self.role in ("test", "suitability")


def sterility(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Inoculate vials of each lot into two media beside controls and a suitability challenge."""
    rows = [row for lot in lots for row in _session(truth, lot)]
    return pd.DataFrame(rows, columns=columns("sterility"))


def sterility_report(truth: Truth, lot: Lot) -> str:
    """Return the result as a report of the lot states it."""
    rows = list(_session(truth, lot))
    grown = {row["role"] for row in rows if row["subculture"] == "growth"}
    if "negative control" in grown:
        return "no result: growth in the negative control"
    return "growth" if "test" in grown else "no growth in 14 days"


def _session(truth: Truth, lot: Lot) -> Iterator[dict[str, object]]:
    setting = noise("sterility")
    rng = stream(truth.seed, "sterility", lot.id)
    set_up = dt.date.fromisoformat(lot.frozen)
    set_up += dt.timedelta(days=whole_between(rng, setting["set_up_days"]))
    cloudy = rng.random_sample() < setting["product_turbid"]
    uninvited = _uninvited(truth, lot)
    for vessel in _vessels():
        inoculum = 0
        if vessel.organism:
            inoculum = max(1, int(rng.poisson(setting["challenge_cfu"])))
        hours = [_hours(rng, vessel, vessel.organism, inoculum), *uninvited[vessel.label]]
        suppressed = vessel.has_product and lot.share("sterility-inhibition")
        day = 0 if suppressed else _reading(min(hours))
        yield {
            "lot": lot.id,
            "session": f"ST-{lot.id}",
            "set_up": set_up.isoformat(),
            "vessel": vessel.label,
            "role": vessel.role,
            "medium": vessel.medium,
            "organism": vessel.organism,
            "inoculum_cfu": inoculum,
            **_record(vessel, day, cloudy=cloudy and vessel.role == "test"),
        }


def _vessels() -> list[_Vessel]:
    """List the vessels of one session in the order of the worksheet."""
    setting = noise("sterility")
    media = list(setting["media"])
    vessels = [
        _Vessel(f"{medium}-{vial}", "test", medium, vial)
        for vial, medium in product(range(1, setting["vials"] + 1), media)
    ]
    for medium in media:
        numbers = range(1, setting["controls"] + 1)
        vessels += [_Vessel(f"{medium}-N{n}", "negative control", medium) for n in numbers]
        organism = setting["positive_control"][medium]
        vessels.append(_Vessel(f"{medium}-P", "positive control", medium, organism=organism))
        vessels += [
            _Vessel(f"{medium}-S{n}", "suitability", medium, organism=organism)
            for n, organism in enumerate(setting["suitability"][medium], start=1)
        ]
    return vessels


def _uninvited(truth: Truth, lot: Lot) -> dict[str, list[float]]:
    """Return the hours in which organisms that nobody added make each vessel turbid.

    Those of the vials and those of the laboratory have streams of their own, so that they change
    no other number of the session.
    """
    found: dict[str, list[float]] = {}
    setting = noise("sterility")
    rng = stream(truth.seed, "sterility contamination", lot.id)
    organism = pick(rng, setting["contaminants"])
    bad = {vial: rng.random_sample() for vial in range(1, setting["vials"] + 1)}
    share = lot.share("sterility-contamination")
    hands = stream(truth.seed, "sterility laboratory", lot.id)
    for vessel in _vessels():
        from_vial = _hours(rng, vessel, organism, int(rng.poisson(setting["contaminated_cfu"])))
        cfu = int(hands.poisson(setting["laboratory_cfu"]))
        from_hands = _hours(hands, vessel, setting["laboratory_organism"], cfu)
        here = found.setdefault(vessel.label, [])
        if vessel.role == "test" and bad[vessel.vial] < share:
            here.append(from_vial)
        if truth.laboratory.get("sterility-laboratory-contamination") and not vessel.organism:
            here.append(from_hands)
    return found


def _hours(rng: RandomState, vessel: _Vessel, organism: str, cfu: int) -> float:
    """Draw the hours until an organism makes the vessel turbid; infinite if it never does."""
    setting = noise("sterility")
    spread = 1 + setting["time_cv"] * rng.normal()
    if not cfu or setting["media"][vessel.medium] not in setting["organisms"][organism]["media"]:
        return math.inf
    growth = setting["organisms"][organism]
    doublings = math.log2(setting["visible_cfu"] / cfu)
    return float((growth["lag_h"] + growth["generation_h"] * doublings) * spread)


def _reading(hours: float) -> int:
    """Return the first planned reading after so many hours; 0 if the test has ended by then."""
    return next((day for day in noise("sterility")["reading_days"] if 24 * day >= hours), 0)


def _record(vessel: _Vessel, day: int, *, cloudy: bool) -> dict[str, object]:
    """Write the readings: a turbid test vessel or negative control is subcultured."""
    setting = noise("sterility")
    last = setting["reading_days"][-1]
    turbid = setting["turbid_day"] if cloudy else day
    if vessel.organism or not turbid:
        return {"turbid_day": turbid, "subculture": "not made", "last_day": last}
    grew = "growth" if day else "clear"
    return {
        "turbid_day": turbid,
        "subculture": grew,
        "last_day": last + setting["subculture_days"],
    }


ASSAYS = {
    "sterility": Assay(sterility),
    "growth_promotion": Assay(growth_promotion),
    "detection_study": Assay(detection_study),
    "rapid_comparison": Assay(rapid_comparison),
}
