"""What the command line and the documentation show of the QC methods and their published values."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from stemcell_kit.cli.bar import each
from stemcell_kit.language import say, text
from stemcell_kit.methods import Method, ReferenceValue, method, methods
from stemcell_kit.verification import recompute_all

__all__ = [
    "bench_data",
    "bench_page",
    "bench_text",
    "method_data",
    "method_text",
    "verified_data",
    "verified_text",
]

Data = dict[str, Any]

_LONGEST_CALL = 90


def bench_data() -> Data:
    """Return all methods with their sources and the number of published values of each."""
    return {"methods": [_short(one) for one in methods().values()]}


def bench_text(data: Data) -> str:
    """Return the methods family by family, one line each."""
    lines: list[str] = []
    for family, rows in groupby(data["methods"], key=lambda row: row["family_title"]):
        lines += ["", family]
        lines += [f"  {r['id']:<24}{r['values']:>4}  {r['title']}" for r in rows]
    return "\n".join([*lines[1:], "", say("bench.see-one")])


def method_data(method_id: str) -> Data:
    """Return one method with its functions and published values."""
    one = method(method_id)
    return {
        **_short(one),
        "functions": list(one.load().__all__),
        "reference_values": [_value_data(value) for value in one.values],
    }


def method_text(data: Data) -> str:
    """Return one method as a page of text."""
    lines = [f"{data['title']} ({data['module']})", textwrap.fill(data["source"], 88), ""]
    lines += [say("bench.functions", names=", ".join(data["functions"])), ""]
    for value in data["reference_values"]:
        lines.append(f"{value['id']}: {value['call']} -> {_expected(value['expected'])}")
        origin = say(f"bench.origin-{value['origin']}")
        detail = f"{value['agreement']}; {origin}: {value['source']}"
        lines += textwrap.wrap(detail, 88, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines)


def verified_data(method_ids: Sequence[str] = ()) -> Data:
    """Recompute the published values of these methods, or of all, on this computer."""
    chosen = [method(name) for name in method_ids] or list(methods().values())
    found = [
        vars(agreement)
        for one in each(chosen, say("bench.recomputing"))
        for agreement in recompute_all([one])
    ]
    return {
        "numbers": len(found),
        "agree": sum(row["agrees"] for row in found),
        "differ_as_stated": sum(row["as_stated"] and not row["agrees"] for row in found),
        "wrong": [row for row in found if not row["as_stated"]],
        "results": found,
    }


def verified_text(data: Data) -> str:
    """Say how many published numbers this computer gives again, and name those it does not."""
    lines = [say("bench.wrong", **{**row, "found": _number(row["found"])}) for row in data["wrong"]]
    summary = say(
        "bench.verified",
        numbers=data["numbers"],
        agree=data["agree"],
        differ=data["differ_as_stated"],
        wrong=len(data["wrong"]),
    )
    return "\n".join([*lines, summary])


def bench_page() -> str:
    """Return the documentation's page of methods and published values, in the language in force."""
    lines = [f"# {say('bench.page-title')}", "", say("bench.page-lead"), "", *_differing()]
    for _, family in groupby(methods().values(), key=lambda one: one.family):
        rows = list(family)
        lines += [f"## {text(rows[0].family_title)}", ""]
        for one in rows:
            lines += [f"### {text(one.title)}", "", f"`{one.module}` · {one.source}", ""]
            lines += _table(one)
    return "\n".join(lines).rstrip() + "\n"


def _short(one: Method) -> Data:
    return {
        "id": one.id,
        "family": one.family,
        "family_title": text(one.family_title),
        "title": text(one.title),
        "source": one.source,
        "module": one.module,
        "values": len(one.values),
    }


def _value_data(value: ReferenceValue) -> Data:
    return {
        "id": value.id,
        "call": _call(value),
        "expected": dict(value.expected),
        "agreement": _agreement(value),
        "origin": value.origin,
        "source": value.source,
    }


def _differing() -> Iterator[str]:
    """Yield the values in which the kit differs from a source, before all others."""
    found = [
        (one, value)
        for one in methods().values()
        for value in one.values
        if value.found is not None and value.why is not None
    ]
    total = sum(len(one.values) for one in methods().values())
    yield from (f"## {say('bench.differing', count=len(found), total=total)}", "")
    heads = [say(f"bench.column-{name}") for name in ("method", "published", "found", "why")]
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|---|"
    for one, value in found:
        assert value.found is not None and value.why is not None  # chosen so above
        cells = [text(one.title), f"{_expected(value.expected)} ({value.source})"]
        cells += [_expected(value.found), text(value.why)]
        yield f"| {' | '.join(map(_cell, cells))} |"
    yield ""


def _table(one: Method) -> Iterator[str]:
    if not one.values:
        yield from (say("bench.no-values"), "")
        return
    heads = [say(f"bench.column-{name}") for name in ("call", "published", "agreement", "source")]
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|---|"
    for value in one.values:
        origin = say(f"bench.origin-{value.origin}")
        cells = [f"`{_call(value)}`", _expected(value.expected), _agreement(value)]
        yield f"| {' | '.join(_cell(cell) for cell in [*cells, f'{value.source} ({origin})'])} |"
    yield ""


def _call(value: ReferenceValue) -> str:
    words = ", ".join(f"{name}={_plain(given)}" for name, given in value.given.items())
    short = textwrap.shorten(words, _LONGEST_CALL, placeholder=" …") if words else ""
    return f"{value.function.rpartition('.')[2]}({short})"


def _plain(given: Any) -> str:
    if isinstance(given, Mapping):
        return "{" + ", ".join(f"{key}: {_plain(one)}" for key, one in given.items()) + "}"
    if isinstance(given, list):
        return "[" + ", ".join(map(_plain, given)) + "]"
    return _number(given)


def _expected(expected: Mapping[str, Any]) -> str:
    return ", ".join(
        _number(number) if path == "result" else f"{path} {_number(number)}"
        for path, number in expected.items()
    )


def _agreement(value: ReferenceValue) -> str:
    if value.found is not None and value.why is not None:
        return say("bench.differs", found=_expected(value.found), why=text(value.why))
    if value.within_percent:
        return say("bench.within-percent", room=f"{value.within_percent:g}")
    return say("bench.within", room=f"{value.within:g}") if value.within else say("bench.exact")


def _number(number: Any) -> str:
    return f"{number:.6g}" if isinstance(number, float) else str(number)


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")
