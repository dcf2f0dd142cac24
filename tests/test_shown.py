"""A result reads well in a notebook."""

from __future__ import annotations

from IPython.lib.pretty import pretty

from stemcell_kit.model import Basis, BasisKind, Limit, Text
from stemcell_kit.qc.cells.cell_count import viability
from stemcell_kit.qc.identity.str_match import compare, read_profile


def test_a_measurement_shows_value_unit_interval_and_what_it_rests_on() -> None:
    """266 live of 291 cells: the published worked example, as a reader sees it."""
    shown = pretty(viability(266, 25)).splitlines()

    assert [line.split(maxsplit=1) for line in shown[1:2]] == [["viability", "91.41 %"]]
    assert "87.63 to 94.11 %" in shown[2]
    assert shown[3].split() == ["n", "291"]


def test_a_match_shows_its_scores_in_words_and_not_as_code() -> None:
    """Names lose their underscores; computed scores are shown beside the counts."""
    match = compare(read_profile({"TH01": "6/9.3"}), read_profile({"TH01": "6"}))

    assert "StrMatch(" not in pretty(match)
    assert "masters query" in pretty(match)
    assert "<b>50</b>" in match._repr_html_()


def test_text_in_a_result_is_escaped_in_html() -> None:
    """A limit's label may come from an institution's own file."""
    label = Text({"en": "<img src=x>"})
    basis = Basis(BasisKind.PRACTICE, "practice", "criterion", "low")
    limit = Limit("own", "viability", "%", label, (basis,), at_least=70)

    assert "<img" not in limit._repr_html_()
    assert limit.shown()["basis"] == "common default, set your own"
