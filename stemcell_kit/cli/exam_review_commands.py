"""What the commands that look at an examination afterwards do, and how they say it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stemcell_kit.certification.item_statistics import (
    ItemStatistics,
    item_statistics,
    read_results,
    statistics_page,
)
from stemcell_kit.certification.item_statistics.page import used_coefficient, warnings_of
from stemcell_kit.certification.similarity import (
    Pair,
    course_cells,
    read_submissions,
    similarity,
    similarity_page,
)
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.paths import course_dir

__all__ = ["similarity_data", "similarity_text", "statistics_data", "statistics_text", "write_page"]

Data = dict[str, Any]


def statistics_data(results: Path, out: Path | None) -> Data:
    """Compute the statistics of an exam, write them where asked, and return them.

    Raises
    ------
    BadInput
        The results cannot be used, or the file cannot be written.
    """
    kind = out.suffix.lower() if out else None
    if kind not in (None, *_KINDS):
        raise BadInput(say("item-statistics.kind", path=out))
    found = item_statistics(read_results(results))
    data = found.as_data()
    if out is not None and kind is not None:
        write_page(out, _KINDS[kind](found))
    used, sem, name = used_coefficient(found)
    words = {"warnings": warnings_of(found), "reliability": [used, sem, name]}
    return {**data, "file": str(out) if out else "", "words": words}


def _numbers(found: ItemStatistics) -> str:
    return json.dumps(found.as_data(), indent=1) + "\n"


def _for_a_blueprint(found: ItemStatistics) -> str:
    """Write the difficulties that were found as the table of a blueprint."""
    lines = [f'"{name}" = {share}' for name, share in found.found_difficulties.items()]
    return "\n".join(["[difficulty.measured]", *lines, ""])


# Ending of the file -> what is written into it.
_KINDS: dict[str, Callable[[ItemStatistics], str]] = {
    ".html": statistics_page,
    ".json": _numbers,
    ".toml": _for_a_blueprint,
}


def write_page(path: Path, page: str) -> None:
    """Write a page in UTF-8.

    Raises
    ------
    BadInput
        It cannot be written there.
    """
    try:
        # a folder's name may hold bytes that are no text
        path.write_bytes(page.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise BadInput(say("item-statistics.refused", path=path, reason=error.strerror)) from None


def statistics_text(data: Data) -> str:
    """Write the main numbers for a person, with the questions that ask for a look."""
    shifts = [
        say("item-statistics.line-shift", points=points, count=count)
        for points, count in data["whole"]["shifts"].items()
    ]
    warnings = data["words"]["warnings"]
    return "\n".join(
        [*_main_lines(data), *shifts, "", *warnings, *_remarked(data), *_written(data)]
    )


def _main_lines(data: Data) -> Iterator[str]:
    whole, planned = data["whole"], data["planned"]
    used, sem, name = data["words"]["reliability"]
    shown = {key: whole[key] for key in ("n", "mean", "passed")}
    yield say("item-statistics.line", exam=data["exam"], forms=data["forms"]["forms"], **shown)
    yield say(
        "item-statistics.line-reliability",
        value=_value(whole["measured"], used),
        name=name,
        sem=_value(whole["measured"], sem, 1),
    )
    yield say(
        "item-statistics.line-planned",
        correlation=_value(planned, "correlation", 3),
        largest=_value(planned, "largest"),
        question=planned["largest_question"] or "–",
    )


def _remarked(data: Data) -> Iterator[str]:
    for one in data["questions"]:
        if keys := [key for key in one["remarks"] if key != "few"]:
            words = ", ".join(say(f"item-statistics.remark-{key}") for key in keys)
            yield say(
                "item-statistics.line-question",
                id=one["id"],
                difficulty=one["difficulty"],
                rest=_value(one["measured"], "item_rest"),
                remarks=words,
            )


def _written(data: Data, key: str = "item-statistics.written") -> list[str]:
    return ["", say(key, path=data["file"])] if data["file"] else []


def _value(measured: Mapping[str, Any], name: str, digits: int = 2) -> str:
    """A number, or why there is none."""
    if name in measured["values"]:
        return f"{measured['values'][name]:.{digits}f}"
    return say(f"item-statistics.reason-{measured['missing'][name]}")


def similarity_data(submissions: Path, out: Path | None, given: tuple[Path, ...]) -> Data:
    """Compare submissions, write the page where asked, and return the pairs without any code.

    Raises
    ------
    BadInput
        There is nothing to compare, or the page cannot be written.
    """
    if out is not None and out.suffix.lower() != ".html":
        raise BadInput(say("similarity.kind", path=out))
    folders = given or (course_dir() / "exercises", course_dir() / "solutions")
    found = similarity(read_submissions(submissions), course_cells(folders))
    if out is not None:
        write_page(out, similarity_page(found))
    return {
        "submissions": found.submissions,
        "compared": found.compared,
        "median": found.median,
        "unread": {name: list(files) for name, files in found.unread.items()},
        "pairs": [_pair_data(pair) for pair in found.pairs],
        "file": str(out) if out else "",
    }


def _pair_data(pair: Pair) -> Data:
    """A pair without the code of anybody."""
    return {
        "candidates": list(pair.candidates),
        "similarity": pair.similarity,
        "shared": pair.shared,
        "counted": pair.counted,
        "worth_a_look": pair.stands_out,
        "questions": [cell.cell for cell in pair.cells],
    }


def similarity_text(data: Data) -> str:
    """Write the pairs for a person, after what the numbers do not prove."""
    lines = [
        say(
            "similarity.counts",
            submissions=data["submissions"],
            pairs=data["compared"],
            median=100 * data["median"],
        ),
        say("similarity.not-proof"),
        "",
    ]
    for pair in data["pairs"]:
        mark = say("similarity.worth-a-look") if pair["worth_a_look"] else ""
        shared = say("similarity.of", shared=pair["shared"], counted=pair["counted"])
        names = ", ".join(pair["candidates"])
        lines.append(f"  {100 * pair['similarity']:>3.0f} %  {shared:<12} {names}  {mark}".rstrip())
    return "\n".join([*lines, *_written(data, "similarity.written")])
