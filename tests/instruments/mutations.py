"""What happens to files: cut, saved in another encoding, opened in a spreadsheet, damaged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

__all__ = ["Mutation", "binary_mutations", "heading_swaps", "text_mutations"]

SEPARATORS = "\t;,|"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "gbk")


@dataclass(frozen=True)
class Mutation:
    """A changed file; ``kind`` is what happened to it and ``what`` the place."""

    kind: str
    what: str
    raw: bytes


@dataclass(frozen=True)
class Block:
    """The largest table of a text: its separator, and where its header and last line are."""

    separator: str
    first: int
    last: int


def text_mutations(text: str, random: Random, *, few: bool) -> Iterator[Mutation]:
    """Everything that happens to a text export; *few* for the plain sheets, which share a reader."""
    yield from _cuts(text.encode("utf-8"), 5 if few else 12)
    for encoding in ENCODINGS:
        yield Mutation("encoding", encoding, text.encode(encoding, errors="replace"))
    yield Mutation("line ends", "CRLF", text.replace("\n", "\r\n").encode("utf-8"))
    yield Mutation("line ends", "CR", text.replace("\n", "\r").encode("utf-8"))
    comma = re.sub(r"(?<=\d)\.(?=\d)", ",", text)
    yield Mutation("decimal comma", "all numbers", comma.encode("utf-8"))
    thousands = re.sub(r"(?<![\d.:/-])(\d{1,3})(\d{3})(?![\d.:/-])", r"\1,\2", text)
    yield Mutation("thousands", "all numbers", thousands.encode("utf-8"))
    block = find_block(text)
    if block:
        for name, changed in _table_mutations(text, block, random, 3 if few else 6):
            yield Mutation(name.partition(" @ ")[0], name.partition(" @ ")[2], changed.encode())
    yield from binary_mutations(text.encode("utf-8"), random, few=few)


def binary_mutations(raw: bytes, random: Random, *, few: bool) -> Iterator[Mutation]:
    """What happens to any file: zero bytes and noise in it, and noise alone."""
    for _ in range(1 if few else 3):
        place = random.randrange(len(raw))
        yield Mutation("NUL", str(place), raw[:place] + b"\x00" + raw[place:])
        noise = bytes(random.randrange(256) for _ in range(32))
        yield Mutation("noise", str(place), raw[:place] + noise + raw[place + 32 :])
    yield Mutation("noise", "alone", bytes(random.randrange(256) for _ in range(500)))


def cuts(raw: bytes, count: int = 12) -> Iterator[Mutation]:
    """The beginning of a file, as a broken copy leaves it."""
    yield from _cuts(raw, count)


def heading_swaps(text: str, random: Random, most: int) -> Iterator[tuple[str, str, Mutation]]:
    """Exchange two headings of the largest table; yield both and the file."""
    block = find_block(text)
    if block is None:
        return
    lines = text.split("\n")
    cells = lines[block.first].split(block.separator)
    filled = [place for place, cell in enumerate(cells) if cell.strip('" ')]
    pairs = [(a, b) for n, a in enumerate(filled) for b in filled[n + 1 :]]
    for one, other in sorted(random.sample(pairs, min(most, len(pairs)))):
        changed = list(cells)
        changed[one], changed[other] = cells[other], cells[one]
        new = [*lines]
        new[block.first] = block.separator.join(changed)
        first, second = sorted((cells[one].strip('" '), cells[other].strip('" ')))
        yield (
            first,
            second,
            Mutation("headings exchanged", f"{first} | {second}", "\n".join(new).encode()),
        )


def find_block(text: str) -> Block | None:
    """Find the longest run of lines with one number of separators, at least one."""
    best: tuple[int, Block] | None = None
    lines = text.split("\n")
    for separator in SEPARATORS:
        counts = [_unquoted(line).count(separator) for line in lines]
        start = 0
        for place in range(1, len(lines) + 1):
            if place == len(lines) or counts[place] != counts[start]:
                size = (place - start) * counts[start]
                if place - start > 1 and (best is None or size > best[0]):
                    best = (size, Block(separator, start, place - 1))
                start = place
    return best[1] if best and best[0] else None


def _unquoted(line: str) -> str:
    return re.sub(r'"[^"]*"', lambda found: "q" * len(found[0]), line)


def _cuts(raw: bytes, count: int) -> Iterator[Mutation]:
    places = {len(raw) * n // count for n in range(1, count)}
    numbers = list(re.finditer(rb"\d\d", raw))
    if numbers:
        places.add(numbers[-1].start() + 1)
    for place in sorted(places - {0}):
        yield Mutation("cut", f"{place} of {len(raw)}", raw[:place])


def _table_mutations(
    text: str, block: Block, random: Random, count: int
) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")
    separator = block.separator
    body = range(block.first + 1, block.last + 1)
    table = {n: _split(lines[n], separator) for n in (block.first, *body)}
    moved = {n: separator.join([cells[-1], *cells[:-1]]) for n, cells in table.items()}
    yield "column moved @ last to first", _with(lines, moved)
    for place, cell in list(enumerate(table[block.first]))[: 4 * count]:
        if len(cell.strip('" ')) > 1:
            middle = len(cell) // 2
            damaged = [*table[block.first]]
            damaged[place] = f"{cell[:middle]}#{cell[middle + 1 :]}"
            yield f"heading damaged @ {cell}", _with(lines, {block.first: separator.join(damaged)})
    for n in random.sample(list(body), min(2, len(body))):
        yield f"line doubled @ {n}", _with(lines, {n: f"{lines[n]}\n{lines[n]}"})
    numeric = [
        (n, place)
        for n in body
        for place, cell in enumerate(table[n])
        if re.fullmatch(r'"?[-+]?\d[\d.]*%?"?', cell)
    ]
    for n, place in random.sample(numeric, min(count, len(numeric))):
        heading = (table[block.first] + [""] * place)[place]
        for kind, new in (
            ("cell emptied", ""),
            ("digit lost", re.sub(r"\d", "x", table[n][place], count=1)),
        ):
            cells = [*table[n]]
            cells[place] = new
            yield f"{kind} @ {heading}, line {n + 1}", _with(lines, {n: separator.join(cells)})


def _split(line: str, separator: str) -> list[str]:
    if separator == "\t":
        return line.split(separator)
    return re.findall(rf'(?:^|{re.escape(separator)})("[^"]*"|[^{re.escape(separator)}]*)', line)


def _with(lines: list[str], changed: dict[int, str]) -> str:
    return "\n".join(changed.get(n, line) for n, line in enumerate(lines))
