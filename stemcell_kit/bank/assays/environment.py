"""Environmental monitoring of the rooms: plates at every session, particles every quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, pick, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["ASSAYS", "environment", "particles"]

_NAN = float("nan")


def environment(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Count the plates of every session; they do not depend on the lots.

    Counts cluster: mostly nothing, now and then much. During an excursion one room and what
    stands in it have more on every plate.
    """
    setting = noise("environment")
    first = dt.date.fromisoformat(setting["first_day"])
    rows: list[dict[str, object]] = []
    for session in range(1, setting["sessions"] + 1):
        date = (first + dt.timedelta(days=7 * (session - 1))).isoformat()
        operator = pick(stream(truth.seed, "environment", date), noise("truth")["operators"])
        for room, grade, location in setting["places"]:
            for kind, colonies in _colonies(truth, date, grade, session):
                rows.append(
                    {
                        "date": date,
                        "room": room,
                        "grade": grade,
                        "location": location,
                        "kind": kind,
                        "volume_l": setting["air_volume_l"] if kind == "air" else _NAN,
                        "hours": setting["settle_h"] if kind == "settle" else _NAN,
                        "colonies": colonies,
                        "operator": operator,
                    }
                )
    return pd.DataFrame(rows, columns=columns("environment"))


def _colonies(truth: Truth, date: str, grade: str, session: int) -> list[tuple[str, int]]:
    """Draw kind and colonies of the plates of one room in one session."""
    setting = noise("environment")
    rng = stream(truth.seed, "environment", date, grade)
    size = setting["size"][grade]
    found = [
        (kind, int(rng.poisson(rng.gamma(size, mean / size))))
        for kind, mean in setting["colonies"][grade].items()
    ]
    first, last = setting["excursion_sessions"]
    extra = setting["excursion_colonies"].get(grade, 0.0)
    if truth.laboratory.get("environment-excursion") and first <= session <= last and extra:
        return [(kind, usual + int(rng.poisson(extra))) for kind, usual in found]
    return found


def particles(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Count airborne particles at rest and in operation; they do not depend on the lots."""
    setting = noise("particles")
    rows: list[dict[str, object]] = []
    for date in setting["dates"]:
        for room, grade, state, volume, small, large in setting["rooms"]:
            for place in range(1, setting["locations"] + 1):
                location = f"L{place}"
                rng = stream(truth.seed, "particles", date, grade, state, location)
                here = rng.lognormal(0.0, setting["location_sd"])
                big = int(rng.poisson(large * here * volume / 1000))
                # a count of a size is of that size and larger
                both = big + int(rng.poisson((small - large) * here * volume / 1000))
                about = {"date": date, "room": room, "grade": grade, "state": state}
                about |= {"location": location, "volume_l": volume}
                rows.append({**about, "size_um": 0.5, "particles": both})
                rows.append({**about, "size_um": 5.0, "particles": big})
    return pd.DataFrame(rows, columns=columns("particles"))


ASSAYS = {"environment": Assay(environment), "particles": Assay(particles)}
