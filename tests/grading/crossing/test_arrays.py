"""Arrays and scalars of numpy arrive with dtype, shape and bytes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from stemcell_kit.grading.crossing import CannotCross, decode, encode


def crossed(value: Any) -> Any:
    """A value after its way through JSON text, as between two processes."""
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


ARRAYS = [
    np.array(3.5),
    np.zeros(0),
    np.zeros((0, 3)),
    np.zeros((2, 0, 2), dtype="i2"),
    np.array([True, False]),
    np.array([np.nan, np.inf, -0.0]),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.arange(10)[::-2],
    np.array(["ä", "bcd", ""]),
    np.array([b"x", b"yz"]),
    np.array(["2020-01-01", "NaT"], dtype="M8[D]"),
    np.array([1, 2], dtype="m8[25s]"),
    np.array([3], dtype="m8"),
    np.array([1, "a", None, [1, 2], {"b": np.arange(2)}], dtype=object),
    np.array([[1, 2], [3, 4]], dtype=object),
    np.array(None, dtype=object),
    np.array(["a", None, True], dtype=object),
    *(np.array([[0, 1], [1, 0]], dtype=code) for code in "?bhilBHILefdFDgG"),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_an_array_arrives_with_dtype_and_shape(array: np.ndarray) -> None:
    """All kinds of number, and texts, dates and objects as well."""
    arrived = crossed(array)

    assert type(arrived) is np.ndarray
    assert arrived.dtype == array.dtype
    assert repr(arrived) == repr(array)


def test_an_array_can_be_written_to() -> None:
    """A test may sort or fill what it received."""
    arrived = crossed(np.arange(3))
    arrived[0] = 5

    assert arrived.flags.owndata
    assert arrived.tolist() == [5, 1, 2]


def test_the_order_of_bytes_of_a_machine_does_not_matter() -> None:
    """Arrays travel little-endian, wherever they were made."""
    assert crossed(np.array([1, 256], dtype=">i4")).tolist() == [1, 256]


@settings(deadline=None, max_examples=100)
@given(
    hnp.arrays(
        st.sampled_from(["?", "i1", "u2", "i4", "u8", "f2", "f4", "f8", "c16", "U3", "S2"])
        | hnp.datetime64_dtypes(endianness="<")
        | hnp.timedelta64_dtypes(endianness="<"),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    )
)
def test_every_array_arrives_as_it_left(array: np.ndarray) -> None:
    """To the last bit, payloads of nan included."""
    arrived = crossed(array)

    assert arrived.dtype == array.dtype
    assert arrived.shape == array.shape
    assert arrived.tobytes() == array.tobytes()


SCALARS = [
    np.bool(True),
    np.int8(-1),
    np.uint64(2**64 - 1),
    np.float16(0.5),
    np.float32(0.1),
    np.float64("nan"),
    np.longdouble(0.5),
    np.complex64(1j),
    np.str_("a"),
    np.bytes_(b"b"),
    np.datetime64("2020-01-01T03"),
    np.datetime64("NaT"),
    np.timedelta64(5),
    np.timedelta64(5, "ms"),
]


@pytest.mark.parametrize("scalar", SCALARS, ids=repr)
def test_a_scalar_of_numpy_stays_one(scalar: Any) -> None:
    """``np.float64`` is a kind of float, and still not the same thing."""
    arrived = crossed([scalar])[0]

    assert type(arrived) is type(scalar)
    assert repr(arrived) == repr(scalar)


@pytest.mark.parametrize("name", ["f4", "M8[ns]", "O", "U5", "?", "longdouble"])
def test_a_dtype_arrives(name: str) -> None:
    """``answer.dtype`` is a common answer too."""
    assert crossed(np.dtype(name)) == np.dtype(name)


@pytest.mark.parametrize(
    "array",
    [
        np.ma.array([1, 2, 3], mask=[0, 1, 0]),
        np.ma.array([1.5, 2.5]),
        np.ma.array(["a", "b"], mask=[0, 1]),
        np.ma.array([[True, False]], mask=[[0, 1]], fill_value=True),
    ],
    ids=str,
)
def test_a_masked_array_keeps_what_its_mask_hides(array: Any) -> None:
    """Data, mask and the value that stands for hidden items."""
    arrived = crossed(array)

    assert repr(arrived) == repr(array)
    assert arrived.data.tolist() == array.data.tolist()


def test_the_masked_constant_is_itself() -> None:
    """``x is np.ma.masked`` is how one asks for it."""
    assert crossed(np.ma.masked) is np.ma.masked


@pytest.mark.parametrize(
    "value",
    [
        np.zeros(2, dtype="i4,f8"),
        np.void(b"x"),
        np.longdouble(1) / 3,
        np.random.default_rng(1),
        np.mean,
        np.float64,
        np.asmatrix([[1]]),
        np.zeros(5_000_000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_an_array_of_plain_values_is_refused(value: Any) -> None:
    """Records, generators and what loses digits or is too large."""
    with pytest.raises(CannotCross):
        encode(value)


@pytest.mark.parametrize("form", ["coo", "csc", "csr"])
@pytest.mark.parametrize("kind", ["array", "matrix"])
def test_a_sparse_matrix_arrives_in_its_format(form: str, kind: str) -> None:
    """Same class, same numbers at the same places."""
    sent = getattr(sparse, f"{form}_{kind}")(np.array([[0, 1.5, 0], [2, 0, 0]]))
    arrived = crossed(sent)

    assert type(arrived) is type(sent)
    assert arrived.toarray().tolist() == [[0, 1.5, 0], [2, 0, 0]]
