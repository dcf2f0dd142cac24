"""CFX: wells, contents in words, and quantities that the file holds twice."""

from __future__ import annotations

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.cfx import looks_like_cfx, read_cfx
from tests.instruments.samples.molecular import CFX_HEAD, cfx_text


def test_wells_come_back_with_task_and_quantity() -> None:
    """A01 is A1, Std-1 is a standard of 100,000 copies, NaN is no Cq."""
    table = read_cfx(cfx_text().encode())

    assert table["position"].tolist()[:3] == ["A1", "B1", "A2"]
    assert table["task"].tolist()[::2] == [*["standard"] * 3, "no template", *["unknown"] * 2]
    assert table["quantity"].tolist()[:3] == [1e5, 1e5, 1e4]
    assert table.loc[table["task"] == "no template", "cq"].isna().all()
    assert table.attrs["warnings"] == ()


@pytest.mark.parametrize(
    ("found", "instead", "reason"),
    [
        ("100000.00000", "10000.00000", "expected log10 of the same number"),
        ("Unkn-1", "Sample-1", "Unkn-01, Std-1 or NTC"),
        ("A05", "A5x", "is no well"),
        ("A05,SYBR", "A06,SYBR", "has SYBR twice"),
        ("SYBR,POU5F1,NTC", ",POU5F1,NTC", "nothing under Fluor"),
        ("21.00,21.05", ",21.05", "nothing under Cq"),
        ("21.00,21.05", "210.0,21.05", "at most 60"),
        (",Content", "", "no column Content"),
    ],
)
def test_what_cannot_be_right_is_refused(found: str, instead: str, reason: str) -> None:
    """The message names the well or the column."""
    assert found in cfx_text()
    with pytest.raises(BadInput, match=reason):
        read_cfx(cfx_text().replace(found, instead, 1).encode())


def test_a_mean_that_the_wells_do_not_give_is_told() -> None:
    """One Cq of a sample was changed."""
    assert "26.45,26.50" in cfx_text()
    table = read_cfx(cfx_text().replace("26.45,26.50", "27.45,26.50").encode())

    assert any("MDA-2401 POU5F1: the file states a mean" in one for one in table.attrs["warnings"])


def test_a_decimal_comma_is_refused() -> None:
    """It splits numbers in a file that is separated by commas."""
    with pytest.raises(BadInput, match="decimal comma"):
        read_cfx(cfx_text().replace(".", ",").replace("Std, Dev", "Std. Dev").encode())


def test_only_a_cfx_table_is_claimed() -> None:
    """By the headings that no other export has."""
    assert looks_like_cfx(cfx_text().encode())
    assert looks_like_cfx(cfx_text().encode("utf-16"))
    assert not looks_like_cfx(CFX_HEAD.replace("Content", "Task").encode())
