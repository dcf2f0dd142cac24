"""What an object may be asked to do with an operator; the judge decides in which test."""

from __future__ import annotations

__all__ = ["OPERATORS"]

_NAMES = """
    abs add and bool bytes call ceil complex contains delitem divmod enter eq exit float floor
    floordiv format ge getitem gt hash iadd iand ifloordiv ilshift imatmul imod imul index int
    invert ior ipow irshift isub iter itruediv ixor le len lshift lt matmul mod mul ne neg next or
    pos pow radd rand rdivmod repr reversed rfloordiv rlshift rmatmul rmod rmul ror round rpow
    rrshift rshift rsub rtruediv rxor setitem str sub truediv trunc xor
"""
OPERATORS = tuple(f"__{name}__" for name in _NAMES.split())
