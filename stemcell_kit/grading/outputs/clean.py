"""From the plain dictionaries that a worker sent to outputs that a notebook may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Any

from stemcell_kit.grading.outputs.markup import clean_html, quiet_math
from stemcell_kit.grading.outputs.pictures import clean_picture
from stemcell_kit.grading.outputs.plain import joined, plain_text, storable
from stemcell_kit.language import say

__all__ = ["Room", "clean_outputs"]

MOST_OUTPUTS = 200
MOST_TEXT = 200_000
MOST_MARKUP = 100_000
MOST_FORMULA = 20_000
MOST_MESSAGE = 10_000
MOST_NAME = 200
MOST_TRACEBACK_LINES = 500
LONGEST_NUMBER = 100

Output = dict[str, Any]


@dataclass
class Room:
    """What the outputs of one notebook may still take: characters of text, base64 of pictures."""

    text: int = 1_000_000
    pictures: int = 12_000_000
    said_full: bool = False

    def for_text(self, text: str) -> str:
        """Return as much of *text* as there is room for, and take that room."""
        kept = text[: self.text]
        self.text -= len(kept)
        return kept

    def for_picture(self, picture: str) -> bool:
        """Tell whether the picture fits, and take its room if it does."""
        fits = len(picture) <= self.pictures
        self.pictures -= len(picture) if fits else 0
        return fits


def clean_outputs(outputs: Iterable[object], *, room: Room | None = None) -> list[Any]:
    """Return the outputs of one cell as valid notebook outputs that are safe to show.

    Parameters
    ----------
    outputs
        Dictionaries in the notebook format, version 4, from a process that is not trusted.
    room
        What the notebook may still take; give the same one for all its cells.

    Returns
    -------
    Notebook nodes: streams, errors and results made of text, plain HTML, formulas and raster
    pictures, without metadata. What was left out is said in their text.
    """
    from nbformat import from_dict

    room = room or Room()
    pieces = _streams_joined(outputs)
    kept = [_one(output, room) for output in islice(pieces, MOST_OUTPUTS)]
    rest = next(pieces, None)
    if rest is not None:
        kept.append(_remark("output.many", most=MOST_OUTPUTS))
        kept += [_one(one, room) for one in islice(filter(_decides, chain([rest], pieces)), 1)]
    return [from_dict(output) for output in kept if output.get("text") != "" or _decides(output)]


def _decides(output: object) -> bool:
    """Tell whether nbgrader reads the points of a test cell from this kind of output.

    Such an output is never left out: a flood of others before it would earn points.
    """
    if not isinstance(output, Mapping):
        return False
    return (
        output.get("output_type") in ("error", "execute_result") or _stream_name(output) == "stderr"
    )


def _streams_joined(outputs: Iterable[object]) -> Iterator[object]:
    """Make one output of the pieces that a stream came in, as Jupyter does."""
    for name, pieces in groupby(outputs, key=_stream_name):
        if not name:
            yield from pieces
            continue
        text: list[str] = []
        length = 0
        for piece in pieces:
            words = joined(piece["text"]) if isinstance(piece, Mapping) and "text" in piece else ""
            if length <= 4 * MOST_TEXT:
                text.append(words)
                length += len(words)
        yield _stream(name, "".join(text))


def _stream_name(output: object) -> str:
    if not isinstance(output, Mapping) or output.get("output_type") != "stream":
        return ""
    return "stderr" if output.get("name") == "stderr" else "stdout"


def _one(output: object, room: Room) -> Output:
    kind = output.get("output_type") if isinstance(output, Mapping) else None
    if isinstance(output, Mapping) and kind == "stream":
        return _stream(output["name"], _text(output["text"], MOST_TEXT, room))
    if isinstance(output, Mapping) and kind == "error":
        return _error(output, room)
    if isinstance(output, Mapping) and kind in ("display_data", "execute_result"):
        return _result(str(kind), output, room)
    return _remark("output.unknown")


def _stream(name: str, text: str) -> Output:
    return {"output_type": "stream", "name": name, "text": text}


def _remark(key: str, **values: object) -> Output:
    return _stream("stdout", f"[{say(key, **values)}]\n")


def _text(value: object, most: int, room: Room) -> str:
    """Cut a text to what is allowed and to the room left; a cut says so."""
    whole = joined(value)
    wanted = plain_text(whole, most=most)
    shown = room.for_text(wanted)
    if len(shown) == len(wanted) and len(whole) <= most:
        return shown
    if not room.text:
        remark, room.said_full = "" if room.said_full else say("output.full"), True
        return f"{shown}\n[{remark}]\n" if remark else shown
    return f"{shown}\n[{say('output.cut')}]\n"


def _error(output: Mapping[Any, Any], room: Room) -> Output:
    lines = output.get("traceback")
    lines = lines[:MOST_TRACEBACK_LINES] if isinstance(lines, list) else []
    traceback = _text("\n".join(joined(line) for line in lines), MOST_TEXT, room)
    return {
        "output_type": "error",
        "ename": _text(output.get("ename"), MOST_NAME, room),
        "evalue": _text(output.get("evalue"), MOST_MESSAGE, room),
        "traceback": traceback.split("\n") if traceback else [],
    }


def _result(kind: str, output: Mapping[Any, Any], room: Room) -> Output:
    given = output.get("data")
    given = given if isinstance(given, Mapping) else {}
    data = _pictures(given, room) | _markup(given, room) | _formula(given, room)
    data["text/plain"] = _words(given, data, room)
    result: Output = {"output_type": kind, "metadata": {}, "data": data}
    if kind == "execute_result":
        count = output.get("execution_count")
        result["execution_count"] = count if type(count) is int and 0 <= count < 10**9 else None
    return result


def _words(given: Mapping[Any, Any], kept: Mapping[str, str], room: Room) -> str:
    """Return the text of a result, and what is not shown of it."""
    plain = joined(given.get("text/plain"))
    if _is_number(plain):
        return plain  # partial credit is read from it, so it stays as it is, also without room
    # the plain text of Markdown only says that it is Markdown
    source = plain if plain and not plain.startswith("<") else given.get("text/markdown") or plain
    text = _text(source, MOST_TEXT, room)
    left_out = sorted(str(name)[:60] for name in given if name not in kept and name not in _AS_TEXT)
    if text and not left_out:
        return text
    if kept and not left_out:
        return "…"
    names = ", ".join(storable(name) for name in left_out[:5]) or "?"
    return f"{text}\n[{say('output.left_out', kinds=names)}]".lstrip()


def _is_number(text: str) -> bool:
    if len(text) > LONGEST_NUMBER:
        return False
    try:
        float(text)
    except ValueError:
        return False
    return True


def _pictures(given: Mapping[Any, Any], room: Room) -> dict[str, str]:
    pictures = {
        kind: clean_picture(given[kind], kind)
        for kind in ("image/png", "image/jpeg")
        if kind in given
    }
    return {kind: p for kind, p in pictures.items() if p is not None and room.for_picture(p)}


def _markup(given: Mapping[Any, Any], room: Room) -> dict[str, str]:
    source = joined(given.get("text/html"))
    if not source or len(source) > min(MOST_MARKUP, room.text):
        return {}
    shown = room.for_text(clean_html(source))
    return {"text/html": shown} if shown.strip() else {}


def _formula(given: Mapping[Any, Any], room: Room) -> dict[str, str]:
    source = joined(given.get("text/latex"))
    if not source or len(source) > min(MOST_FORMULA, room.text):
        return {}
    return {"text/latex": quiet_math(room.for_text(plain_text(source, most=MOST_FORMULA)))}


_AS_TEXT = frozenset({"text/plain", "text/markdown"})
