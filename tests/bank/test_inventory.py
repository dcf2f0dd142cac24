"""A bank shows itself as an inventory that a laboratory could keep, and keeps its truth to itself."""

from __future__ import annotations

import pytest

import stemcell_kit as sk
from stemcell_kit.bank import build
from stemcell_kit.bank.faults import FAULTS, Fault
from stemcell_kit.language import use


def test_the_inventory_names_every_lot_once() -> None:
    """Bank lots under their line, product lots under their source."""
    bank = sk.bank(7)
    lines = repr(bank).splitlines()

    shown = [line.split()[0] for line in lines if line.startswith("  ")]
    assert shown == [*bank.lots, *(product.id for product in bank.products)]
    assert lines[0] == "Virtual stem-cell bank, seed 7"


def test_the_inventory_tells_how_many_faults_there_are_and_not_which() -> None:
    """A learner looks for them."""
    bank = sk.bank(7, ["swap", Fault("trisomy-12", fraction=0.2)])

    assert "faults planted: 2" in repr(bank)
    for shown in (repr(bank), bank._repr_html_()):
        assert not any(name in shown for name in FAULTS if name in ("swap", "trisomy-12"))


def test_the_room_is_called_like_a_function_and_stays_a_room() -> None:
    """``sk.bank(seed)`` makes a bank; ``stemcell_kit.bank`` still holds its names."""
    assert sk.bank(7, ["swap"]) == build(7, [Fault("swap")])
    assert sk.bank.build is build


@pytest.mark.parametrize(
    ("language", "word"), [("en", "working bank"), ("zh-CN", "工作库")], ids=["en", "zh-CN"]
)
def test_the_inventory_speaks_the_readers_language(language: str, word: str) -> None:
    """In text and in a notebook's table."""
    use(language)
    try:
        assert word in repr(sk.bank(1))
        assert word in sk.bank(1)._repr_html_()
    finally:
        use("en")
