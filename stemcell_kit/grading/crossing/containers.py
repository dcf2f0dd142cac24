"""Lists, sets, dicts and their kin, out and in."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.limits import SAFE_INT, CannotCross, Tree
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    children,
    distinct,
    fault,
    maybe,
    one_of,
    whole,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "WRITERS"]

FACTORIES: dict[str, type] = {kind.__name__: kind for kind in (int, list, dict, set, str, float)}
FACTORY_NAMES = {kind: name for name, kind in FACTORIES.items()}
EMPTY: dict[Any, Any] = {}
DICT_KEYS, DICT_VALUES, DICT_ITEMS = type(EMPTY.keys()), type(EMPTY.values()), type(EMPTY.items())


def _pack_items(tag: str) -> Writer:
    return lambda packing, value: {"t": tag, "v": packing.pack_all(list(value))}


def _pack_mapping(tag: str) -> Writer:
    return lambda packing, value: {
        "t": tag,
        "k": packing.pack_all(list(value)),
        "v": packing.pack_all(list(value.values())),
    }


def _pack_defaultdict(packing: Packing, value: defaultdict[Any, Any]) -> Tree:
    factory = value.default_factory
    name = FACTORY_NAMES.get(factory) if isinstance(factory, type) else None
    if name is None and factory is not None:
        return _pack_mapping("dict")(packing, value)
    return {
        "t": "defaultdict",
        "factory": name,
        "k": packing.pack_all(list(value)),
        "v": packing.pack_all(list(value.values())),
    }


def _pack_deque(packing: Packing, value: deque[Any]) -> Tree:
    longest = value.maxlen if value.maxlen is None or value.maxlen < SAFE_INT else None
    return {"t": "deque", "v": packing.pack_all(list(value)), "longest": longest}


def _pack_dict_items(packing: Packing, value: Any) -> Tree:
    pairs = list(value)
    return {
        "t": "dict_items",
        "k": packing.pack_all([key for key, _ in pairs]),
        "v": packing.pack_all([item for _, item in pairs]),
    }


def _pack_namespace(packing: Packing, value: SimpleNamespace) -> Tree:
    names = list(vars(value))
    if not all(_is_attribute(name) for name in names):
        raise CannotCross(
            "found a SimpleNamespace with a name that has double underscores; rename it"
        )
    return {
        "t": "namespace",
        "names": packing.pack_all(names),
        "v": packing.pack_all([vars(value)[name] for name in names]),
    }


def _is_attribute(name: Any) -> bool:
    """Whether a name is one that libraries do not look up on strangers."""
    return type(name) is str and not name.startswith("__")


def _dict(keys: list[Any], values: list[Any]) -> dict[Any, Any]:
    if len(keys) != len(values):
        fault("keys and values differ in number")
    return dict(zip(keys, values, strict=True))


def _defaultdict(factory: str | None, keys: list[Any], values: list[Any]) -> defaultdict[Any, Any]:
    kind = None if factory is None else FACTORIES[factory]
    return defaultdict(kind, _dict(keys, values))


def _deque(items: list[Any], longest: int | None) -> deque[Any]:
    if longest is not None and not len(items) <= longest:
        fault("a deque is longer than it may be")
    return deque(items, longest)


def _namespace(names: list[Any], values: list[Any]) -> SimpleNamespace:
    if not all(map(_is_attribute, names)):
        fault("a name is not one of an attribute")
    return SimpleNamespace(**_dict(names, values))


MAPPING = {"k": distinct, "v": children}
READERS: dict[str, Reader] = {
    "counter": Form(lambda keys, values: Counter(_dict(keys, values)), **MAPPING),
    "defaultdict": Form(_defaultdict, factory=maybe(one_of(*FACTORIES)), **MAPPING),
    "deque": Form(_deque, v=children, longest=maybe(whole)),
    "dict": Form(_dict, **MAPPING),
    "dict_items": Form(lambda keys, values: _dict(keys, values).items(), **MAPPING),
    "dict_keys": Form(lambda keys: dict.fromkeys(keys).keys(), v=distinct),
    "dict_values": Form(lambda values: dict(enumerate(values)).values(), v=children),
    "frozenset": Form(frozenset, v=distinct),
    "list": Form(list, v=children),
    "namespace": Form(_namespace, names=distinct, v=children),
    "ordereddict": Form(lambda keys, values: OrderedDict(_dict(keys, values)), **MAPPING),
    "set": Form(set, v=distinct),
    "tuple": Form(tuple, v=children),
}

WRITERS: dict[type, Writer] = {
    Counter: _pack_mapping("counter"),
    DICT_ITEMS: _pack_dict_items,
    DICT_KEYS: _pack_items("dict_keys"),
    DICT_VALUES: _pack_items("dict_values"),
    OrderedDict: _pack_mapping("ordereddict"),
    SimpleNamespace: _pack_namespace,
    defaultdict: _pack_defaultdict,
    deque: _pack_deque,
    dict: _pack_mapping("dict"),
    frozenset: _pack_items("frozenset"),
    list: _pack_items("list"),
    set: _pack_items("set"),
    tuple: _pack_items("tuple"),
}
