"""What a node of the tree may hold: each field is checked before a value is made of it."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterable
from math import isfinite
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from stemcell_kit.grading.crossing.limits import SAFE_INT, BadCrossing, Tree

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = [
    "AskForTree",
    "AskForValue",
    "Field",
    "Form",
    "Reader",
    "Writer",
    "base64_length",
    "check_crowd",
    "child",
    "children",
    "distinct",
    "fault",
    "flag",
    "list_of",
    "maybe",
    "number",
    "one_of",
    "raw_bytes",
    "text",
    "unpacked_base64",
    "whole",
]

AskForTree: TypeAlias = Callable[[Any], Tree]
AskForValue: TypeAlias = Callable[[dict[str, Any]], Any]
Writer: TypeAlias = Callable[["Packing", Any], Tree]
Reader: TypeAlias = Callable[["Unpacking", dict[str, Any]], Any]
Field: TypeAlias = Callable[["Unpacking", Any], Any]

# Keys of equal hash are compared one by one, so that many of them would cost hours.
KEYS_OF_EQUAL_HASH = 32
# Lists that belong to one value: the shape of an array, the numbers of a date.
SHORT_LIST = 32
NAME_LENGTH = 20_000


class Form:
    """The fields of a kind of node, in the order in which ``build`` takes them."""

    __slots__ = ("_build", "_fields")

    def __init__(self, build: Callable[..., Any], **fields: Field) -> None:
        self._build = build
        self._fields = fields

    def __call__(self, unpacking: Unpacking, node: dict[str, Any]) -> Any:
        """Read the fields of a node, and build its value.

        Raises
        ------
        BadCrossing
            A field is missing, unknown or wrong.
        """
        fields = self._fields
        if len(node) != len(fields) + 1:
            fault(f"it has {len(node) - 1} fields, not {len(fields)}")
        values = []
        for name, field in fields.items():
            if name not in node:
                fault(f"its field {name} is missing")
            values.append(field(unpacking, node[name]))
        return self._build(*values)


def fault(reason: str) -> NoReturn:
    """Refuse what arrived.

    Raises
    ------
    BadCrossing
        Always.
    """
    raise BadCrossing(reason)


def whole(unpacking: Unpacking, raw: Any) -> int:
    """Read a whole number below 2**53."""
    if type(raw) is not int or not -SAFE_INT < raw < SAFE_INT:
        fault("a whole number below 2**53 was expected")
    return raw


def number(unpacking: Unpacking, raw: Any) -> float:
    """Read a finite number."""
    if type(raw) is int and -SAFE_INT < raw < SAFE_INT:
        return float(raw)
    if type(raw) is not float or not isfinite(raw):
        fault("a finite number was expected")
    return raw


def flag(unpacking: Unpacking, raw: Any) -> bool:
    """Read true or false."""
    if type(raw) is not bool:
        fault("true or false was expected")
    return raw


def text(unpacking: Unpacking, raw: Any) -> str:
    """Read a name or a number in words; what a learner writes at length is a node of its own."""
    if type(raw) is not str or len(raw) > NAME_LENGTH:
        fault("a short text was expected")
    return raw


def one_of(*words: str) -> Field:
    """Read one of some words."""

    def read(unpacking: Unpacking, raw: Any) -> str:
        if type(raw) is not str or raw not in words:
            fault(f"one of {', '.join(words)} was expected")
        return raw

    return read


def maybe(field: Field) -> Field:
    """Read what ``field`` reads, or nothing."""

    def read(unpacking: Unpacking, raw: Any) -> Any:
        return None if raw is None else field(unpacking, raw)

    return read


def list_of(field: Field, *, shortest: int = 0, longest: int = SAFE_INT) -> Field:
    """Read a list, each item with ``field``; a long one costs one part for each."""

    def read(unpacking: Unpacking, raw: Any) -> list[Any]:
        if type(raw) is not list or not shortest <= len(raw) <= longest:
            fault("a list of another length was expected" if type(raw) is list else "no list")
        if len(raw) > SHORT_LIST:
            unpacking.budget.nodes(len(raw))
        return [field(unpacking, item) for item in raw]

    return read


def child(*kinds: type) -> Field:
    """Read a node of its own, whose value has exactly one of some types."""

    def read(unpacking: Unpacking, raw: Any) -> Any:
        value = unpacking.unpack(raw)
        if kinds and type(value) not in kinds:
            fault(f"a {' or '.join(kind.__name__ for kind in kinds)} was expected")
        return value

    return read


def children(unpacking: Unpacking, raw: Any) -> list[Any]:
    """Read a list of nodes of any kind."""
    if type(raw) is not list:
        fault("a list was expected")
    unpack = unpacking.unpack
    return [unpack(item) for item in raw]


def distinct(unpacking: Unpacking, raw: Any) -> list[Any]:
    """Read a list of nodes that are keys: hashable, and no two of them equal."""
    keys = children(unpacking, raw)
    check_crowd(keys)
    if len(set(keys)) != len(keys):
        fault("a key stands twice")
    return keys


def check_crowd(keys: Iterable[Any]) -> None:
    """Refuse different keys that all have one hash; keys that cannot be hashed are none.

    Raises
    ------
    BadCrossing
        There are more than a table of keys can bear.
    """
    buckets: dict[int, list[Any]] = {}
    for key in keys:
        try:
            bucket = buckets.setdefault(hash(key), [])
        except TypeError:
            continue
        if key not in bucket:
            bucket.append(key)
            if len(bucket) > KEYS_OF_EQUAL_HASH:
                fault("too many keys have the same hash")


def raw_bytes(unpacking: Unpacking, raw: Any) -> bytes:
    """Read bytes, written in base64."""
    if type(raw) is not str:
        fault("a text in base64 was expected")
    content = unpacked_base64(raw)
    unpacking.budget.text_bytes(len(content))
    return content


def unpacked_base64(packed: str) -> bytes:
    """Undo base64, strictly.

    Raises
    ------
    BadCrossing
        The text is not base64 to the last character.
    """
    try:
        return binascii.a2b_base64(packed.encode("ascii"), strict_mode=True)
    except ValueError:
        fault("the text is not base64")


def base64_length(count: int) -> int:
    """Length of ``count`` bytes in base64."""
    return (count + 2) // 3 * 4
