"""What a blueprint can get wrong beyond its form: names nobody knows, times and bands out of order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stemcell_kit.catalogue import catalogue
from stemcell_kit.certification.question_pool import exercises, question_pool
from stemcell_kit.errors import Problem

__all__ = ["check_blueprint"]


def check_blueprint(file: str, data: dict[str, Any], problems: list[Problem]) -> None:
    """Add a problem for everything in a blueprint of the right form that cannot be meant."""
    _check_names(file, data, problems)
    _check_twice(file, "part", [row["id"] for row in data["part"]], problems)
    _check_twice(file, "band", [row["id"] for row in data["band"]], problems)
    topics = [topic for row in data["part"] for topic in row["topics"]]
    _check_twice(file, "part.topics", topics, problems)
    _check_window(file, data["window"], problems)
    if data["late"]["rule"] == "deduct" and "deduct_percent" not in data["late"]:
        problems.append(Problem(file, "late.deduct_percent", "it missing", "percentage points"))
    lowest = min(row["from_percent"] for row in data["band"])
    if lowest != data["pass_mark_percent"]:
        wanted = f"the pass mark, {data['pass_mark_percent']:g}, so that each who passes has a band"
        problems.append(Problem(file, "band.from_percent", f"{lowest:g} as the lowest", wanted))


def _check_names(file: str, data: dict[str, Any], problems: list[Problem]) -> None:
    known_topics = {
        f"{standard.id}/{topic.id}"
        for standard in catalogue().standards.values()
        for topic in standard.topics
    }
    groups = [
        (f"part[{row['id']}].topics", row["topics"], known_topics, "topic") for row in data["part"]
    ]
    named = data.get("critical", {}).get("questions", [])
    groups.append(("critical.questions", named, set(question_pool()), "question"))
    measured = data["difficulty"].get("measured", {})
    groups.append(("difficulty.measured", measured, set(question_pool()), "question"))
    groups.append(("exercises", data.get("exercises", []), set(exercises()), "exercise"))
    for key, names, known, kind in groups:
        problems += [
            Problem(file, key, repr(name), f"the id of a known {kind}")
            for name in names
            if name not in known
        ]


def _check_twice(file: str, key: str, names: Iterable[str], problems: list[Problem]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            problems.append(Problem(file, key, f"{name!r} twice", "each once"))
        seen.add(name)


def _check_window(file: str, window: dict[str, str], problems: list[Problem]) -> None:
    try:
        ZoneInfo(window["time_zone"])
    except (ZoneInfoNotFoundError, ValueError):
        found, wanted = repr(window["time_zone"]), "a time zone such as Asia/Shanghai"
        problems.append(Problem(file, "window.time_zone", found, wanted))
    moments = {}
    for name in ("opens", "closes"):
        try:
            moments[name] = datetime.fromisoformat(window[name])
        except ValueError as error:
            problems.append(Problem(file, f"window.{name}", f"{window[name]!r} ({error})", "a day"))
    if len(moments) == 2 and moments["closes"] <= moments["opens"]:
        found = f"{window['closes']}, not after it opens"
        problems.append(Problem(file, "window.closes", found, "a later moment"))
