"""The vessels of a sterility session: from daily readings to the words of the decision table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.sterility.sterility_call import (
    Cause,
    NegativeControl,
    PositiveControl,
    SterilityCall,
    Vessels,
    first_run,
)
from stemcell_kit.shown import Shown

__all__ = ["SessionReadings", "Vessel", "call_session", "session_readings"]

_WORDS = {
    "role": ("test", "negative control", "positive control", "suitability"),
    "subculture": ("not made", "clear", "growth"),
}
_CHALLENGED = ("positive control", "suitability")


@dataclass(frozen=True)
class Vessel:
    """One vessel: first day with turbidity (0 for never), its subculture, last day read."""

    vessel: str
    role: str
    medium: str
    turbid_day: int
    subculture: str
    last_day: int

    @property
    def grew(self) -> bool:
        """Whether growth was confirmed."""
        return self.subculture == "growth"


@dataclass(frozen=True)
class SessionReadings(Shown):
    """What the vessels of one session show, in the words that ``first_run`` takes.

    ``suitable`` is False if an organism did not grow in the presence of the product in time: then
    clear test vessels say nothing. ``None`` means that it was not tested in this session.
    """

    negative_control: NegativeControl
    positive_control: PositiveControl
    vessels: Vessels
    suitable: bool | None
    grown: tuple[str, ...]
    late_or_missing: tuple[str, ...]
    n: int
    notes: tuple[str, ...] = ()


def session_readings(
    vessels: Iterable[Mapping[str, object]],
    *,
    media: Sequence[str],
    incubation_days: int,
    subculture_days: int,
    challenge_days: int,
) -> SessionReadings:
    """Summarise the vessels of one session.

    Parameters
    ----------
    vessels
        One row per vessel with the names of :class:`Vessel`; others are left aside. ``role`` is
        test, negative control, positive control or suitability (a challenge beside the product);
        ``subculture`` is not made, clear or growth.
    media
        Media that the test must use.
    incubation_days, subculture_days
        Days that test vessels and negative controls are read, and days more after a subculture.
    challenge_days
        Days within which a positive control and a suitability challenge must grow.

    Raises
    ------
    BadInput
        A medium or the negative control is missing, a vessel was not read to the end, or a
        turbid vessel has no subculture: the session has no result yet.
    """
    session = [_read_vessel(row) for row in vessels]
    _check_present(session, media)
    for one in session:
        if one.role not in _CHALLENGED:
            _check_read(one, incubation_days, subculture_days)
    late = [
        one
        for one in session
        if one.role in _CHALLENGED and not 0 < one.turbid_day <= challenge_days
    ]
    grown = [one for one in session if one.role not in _CHALLENGED and one.grew]
    blank = any(one.role == "negative control" for one in grown)
    suitable = _suitable(session, late)
    return SessionReadings(
        NegativeControl.GROWTH if blank else NegativeControl.CLEAN,
        _positive(session, late),
        _state([one for one in session if one.role == "test"]),
        suitable,
        tuple(one.vessel for one in grown),
        tuple(one.vessel for one in late),
        len(session),
        ("no growth beside the product: clear vessels say nothing",) * (suitable is False),
    )


def call_session(
    readings: SessionReadings, *, cause: str = Cause.NONE, could_hide_growth: bool | None = None
) -> SterilityCall:
    """Call a session as :func:`first_run` does, knowing whether the method suits the product.

    A method that failed its suitability challenge is a fault that hides growth: clear vessels
    then have no result. Growth stays growth.
    """
    clear = readings.vessels in (Vessels.CLEAR, Vessels.SUBCULTURE_CLEAR)
    if clear and readings.suitable is False:
        cause, could_hide_growth = Cause.LABORATORY, True
    return first_run(
        negative_control=readings.negative_control,
        positive_control=readings.positive_control,
        vessels=readings.vessels,
        cause=cause,
        could_hide_growth=could_hide_growth,
    )


def _read_vessel(row: Mapping[str, object]) -> Vessel:
    names = [field.name for field in fields(Vessel)]
    missing = [name for name in names if name not in row]
    if missing:
        raise BadInput(f"a vessel has no {', '.join(missing)}; expected {', '.join(names)}.")
    label = str(row["vessel"])
    for name, words in _WORDS.items():
        if row[name] not in words:
            expected = ", ".join(words)
            raise BadInput(f"{name} of vessel {label} is {row[name]!r}; expected {expected}.")
    days = [inputs.count(row[name], f"{name} of {label}") for name in ("turbid_day", "last_day")]
    if days[0] > days[1]:
        raise BadInput(
            f"vessel {label} is turbid on day {days[0]} and was last read on day {days[1]}; "
            "expected the last reading at or after it. Check the log."
        )
    medium, subculture = str(row["medium"]), str(row["subculture"])
    return Vessel(label, str(row["role"]), medium, days[0], subculture, days[1])


def _check_present(session: Sequence[Vessel], media: Sequence[str]) -> None:
    unused = sorted(set(media) - {one.medium for one in session if one.role == "test"})
    if unused:
        raise BadInput(
            f"no test vessel of {', '.join(unused)}; expected all of {', '.join(media)}. Each "
            "medium finds organisms that the other misses."
        )
    if not any(one.role == "negative control" for one in session):
        raise BadInput("the session has no negative control; without it growth says nothing.")


def _check_read(one: Vessel, incubation_days: int, subculture_days: int) -> None:
    """Refuse a vessel whose reading is not finished; confirmed growth ends it early."""
    if one.grew:
        return
    if one.turbid_day and one.subculture == "not made":
        raise BadInput(
            f"vessel {one.vessel} is turbid from day {one.turbid_day} and has no subculture. "
            "There is no result yet: move some to fresh medium and read both."
        )
    needed = incubation_days + (subculture_days if one.turbid_day else 0)
    if one.last_day < needed:
        raise BadInput(
            f"vessel {one.vessel} was last read on day {one.last_day}; expected day {needed} or "
            "later. There is no result yet: incubate and read it."
        )


def _suitable(session: Sequence[Vessel], late: Sequence[Vessel]) -> bool | None:
    if not any(one.role == "suitability" for one in session):
        return None
    return not any(one.role == "suitability" for one in late)


def _positive(session: Sequence[Vessel], late: Sequence[Vessel]) -> PositiveControl:
    if not any(one.role == "positive control" for one in session):
        return PositiveControl.NOT_RUN
    failed = any(one.role == "positive control" for one in late)
    return PositiveControl.FAILED if failed else PositiveControl.GREW


def _state(tests: Sequence[Vessel]) -> Vessels:
    if any(one.grew for one in tests):
        return Vessels.SUBCULTURE_GROWTH
    return Vessels.SUBCULTURE_CLEAR if any(one.turbid_day for one in tests) else Vessels.CLEAR
