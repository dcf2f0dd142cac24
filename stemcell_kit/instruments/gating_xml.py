"""XML of gating programs, read without following anything that a document type could point at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from stemcell_kit.errors import BadInput

__all__ = ["attribute", "begins_like_xml", "children", "first", "number_of", "parse"]

_APART = "}"


def begins_like_xml(raw: bytes, *marks: bytes) -> bool:
    """Say whether a file begins as XML and has one of *marks* near its start."""
    plain = raw[:4000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain.startswith(b"<") and any(mark in plain for mark in marks)


def parse(raw: bytes) -> Element:
    """Parse XML; tags and attributes keep their local names only.

    Raises
    ------
    BadInput
        It is no whole XML file, or it has a document type, which could name other files or blow
        up in memory and which no gating program writes.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator=_APART)
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, found: builder.start(_local(tag), _locals(found))
    parser.EndElementHandler = lambda tag: builder.end(_local(tag))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(raw, True)
        return builder.close()
    except (expat.ExpatError, LookupError, ValueError, AssertionError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(
            f"the XML cannot be read to its end ({error}); the file looks cut off or damaged. "
            "Save it again from the gating program."
        ) from None


def children(element: Element, tag: str) -> list[Element]:
    """Return the children of one tag."""
    return element.findall(tag)


def first(element: Element, tag: str, what: str) -> Element:
    """Return the first child of one tag.

    Raises
    ------
    BadInput
        There is none.
    """
    found = element.find(tag)
    if found is None:
        raise BadInput(f"{what} has no {tag}; the file looks damaged. Save it again.")
    return found


def attribute(element: Element, name: str, what: str) -> str:
    """Return an attribute that must be there."""
    if name not in element.attrib:
        raise BadInput(f"{what} has no {name}; the file looks damaged. Save it again.")
    return element.attrib[name]


def number_of(element: Element, name: str, what: str) -> float:
    """Return an attribute, or the text of an element for an empty name, as a number.

    Raises
    ------
    BadInput
        It is missing or no number.
    """
    written = attribute(element, name, what) if name else (element.text or "")
    try:
        found = float(written.strip())
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or "_" in written:
        raise BadInput(f"{what} has {written!r}; expected a number with a decimal point.")
    return found


def _refuse(*_: object) -> None:
    raise BadInput(
        "the XML declares a document type or entities; expected none. No gating program writes "
        "them and they can point at other files: do not trust this file."
    )


def _local(name: str) -> str:
    return name.rpartition(_APART)[2]


def _locals(found: dict[str, str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, value in _plain_last(found):
        names.setdefault(_local(name), value)
    return names


def _plain_last(found: dict[str, str]) -> Iterator[tuple[str, str]]:
    # a qualified attribute belongs to the standard, a plain one to the program
    yield from sorted(found.items(), key=lambda pair: _APART not in pair[0])
