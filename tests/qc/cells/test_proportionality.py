"""Cell-count proportionality on reference data and constructed series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.cells.proportionality import (
    NotADilutionSeries,
    StudyDesign,
    assess_dilution_series,
    proportionality_interval,
)

SET_2 = {
    1.0: [[10.3, 9.9, 10.1], [9.7, 10.2, 9.8], [10.4, 10.0, 10.5]],
    0.8: [[8.1, 8.3, 7.9], [7.8, 8.0, 8.2], [8.4, 8.1, 8.0]],
    0.6: [[6.2, 6.0, 6.3], [5.9, 6.1, 5.8], [6.1, 6.4, 6.0]],
    0.4: [[4.2, 4.0, 4.3], [4.1, 3.9, 4.2], [4.0, 4.4, 4.1]],
    0.2: [[2.3, 2.1, 2.2], [2.0, 2.2, 2.1], [2.2, 2.4, 2.1]],
}


def series(levels, saturation=0.0):
    rows = [
        (fraction, sample, value * (1 - saturation * fraction))
        for fraction, samples in levels.items()
        for sample, values in enumerate(samples, 1)
        for value in values
    ]
    return pd.DataFrame(rows, columns=["target_dilution_fraction", "replicate_sample", "cell_conc"])


def comet():
    """COMET template example 1 (NIST, public domain, github.com/usnistgov/COMET)."""
    return pd.read_csv(Path(__file__).parent / "data" / "comet_full_template_example_1.csv")


def test_the_reference_file_is_the_45_row_study():
    """5 fractions x 3 samples x 3 observations of Method 2."""
    table = comet()
    assert len(table) == 45
    assert set(table["counting_method"]) == {"Method 2"}
    assert table.groupby("target_dilution_fraction")["random_sample_number"].nunique().eq(3).all()


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (
            "measured",
            (1_059_213.6, 0.998381, 0.032886, 0.999276, 0.011623, 0.346668, 0.270152, 1.590973,
             5757.76, 237.27),
        ),
        (
            "target",
            (1_060_021.6, 0.998438, 0.032406, 0.999226, 0.013910, 0.398627, 0.279714, 1.684173,
             6158.64, 256.93),
        ),
    ],
)  # fmt: skip
def test_every_quantity_of_the_reference_study(fraction, expected):
    """Ten quantities, with measured and with target fractions."""
    result = assess_dilution_series(comet(), fraction=fraction)
    found = (
        result.constant,
        result.r_squared,
        result.scaled_sum_of_squares,
        result.smoothed_r_squared,
        result.smoothed_scaled_sse,
        result.smoothed_scaled_sae,
        result.smoothed_sse,
        result.smoothed_sae,
        result.stabilized_sse,
        result.stabilized_sae,
    )
    # Half a unit of the last digit that is printed above.
    places = (1, 6, 6, 6, 6, 6, 6, 6, 2, 2)
    assert [round(v, p) for v, p in zip(found, places, strict=True)] == list(expected)
    assert (result.n, result.fraction, result.notes) == (15, fraction, ())


@pytest.mark.parametrize("fraction", ["measured", "target"])
def test_precision_and_means_of_the_reference_study(fraction):
    """CV per level 5.62, 7.74, 4.87, 3.83, 3.91 % and the mean concentrations."""
    levels = assess_dilution_series(comet(), fraction=fraction).levels
    assert [level.fraction for level in levels] == [0.1, 0.3, 0.5, 0.7, 0.9]
    assert [round(level.cv_percent, 2) for level in levels] == [5.62, 7.74, 4.87, 3.83, 3.91]
    means = [108_332.9, 329_983.1, 504_704.8, 757_462.1, 949_571.1]
    assert [round(level.mean, 1) for level in levels] == means
    assert {(level.samples, level.observations) for level in levels} == {(3, 9)}


@pytest.mark.parametrize(
    ("saturation", "constant", "r_squared", "sae", "sse", "deviations", "intercept"),
    [
        (0.0, 10.196296, 0.999378, 0.311660, 0.014928, [-0.94, -0.84, -0.47, 1.34, 6.79],
         (0.178, 0.066, 2.71)),
        (0.12, 9.303763, 0.997199, 0.822300, 0.077966, [-4.47, -1.76, 1.22, 5.74, 14.23],
         (0.512, 0.071, 7.21)),
    ],
)  # fmt: skip
def test_saturation_shows_in_the_index_and_not_in_the_precision(
    saturation, constant, r_squared, sae, sse, deviations, intercept
):
    """Set 2 and its saturated copy: same CV, R² above 0.997, very different indices."""
    result = assess_dilution_series(series(SET_2, saturation))
    assert round(result.constant, 6) == constant
    assert round(result.r_squared, 6) == r_squared
    assert round(result.smoothed_scaled_sae, 6) == sae
    assert round(result.smoothed_scaled_sse, 6) == sse
    assert (result.value, result.unit) == (result.smoothed_scaled_sae, "1")
    falling = result.levels[::-1]
    found = [level.deviation_percent for level in falling]
    assert found == pytest.approx(deviations, abs=5.1e-3)
    cvs = [2.41, 2.51, 2.81, 4.14, 5.38]
    assert [level.cv_percent for level in falling] == pytest.approx(cvs, abs=5.1e-3)
    free = (result.intercept, result.intercept_se, result.intercept_t)
    assert (round(free[0], 3), round(free[1], 3), round(free[2], 2)) == intercept


def test_perfect_proportion_has_index_zero():
    """Counts exactly in proportion: every index 0, R² 1."""
    result = assess_dilution_series(series({f: [[1e5 * f] * 3] * 3 for f in (0.25, 0.5, 0.75, 1)}))
    assert result.constant == pytest.approx(1e5)
    assert result.r_squared == pytest.approx(1)
    assert result.smoothed_scaled_sae == pytest.approx(0, abs=1e-9)
    assert result.smoothed_scaled_sse == pytest.approx(0, abs=1e-9)


def test_the_weights_are_named_and_matter():
    """Three variance models give three constants; another word is refused."""
    constants = {w: assess_dilution_series(series(SET_2), weights=w).constant for w in ("x", "1")}
    constants["x2"] = assess_dilution_series(series(SET_2), weights="x2").constant
    assert len(set(constants.values())) == 3
    # with variance x², the constant is the mean of count / fraction
    table = series(SET_2)
    ratio = (table["cell_conc"] / table["target_dilution_fraction"]).mean()
    assert constants["x2"] == pytest.approx(ratio)
    with pytest.raises(BadInput, match="x2"):
        assess_dilution_series(series(SET_2), weights="1/x")


def test_measured_fractions_are_used_where_all_are_there():
    """auto takes measured if complete, else target; measured alone refuses a gap."""
    table = comet()
    assert assess_dilution_series(table).fraction == "measured"
    table.loc[3, "measured_dilution_fraction"] = np.nan
    assert assess_dilution_series(table).fraction == "target"
    with pytest.raises(NotADilutionSeries, match="measured_dilution_fraction"):
        assess_dilution_series(table, fraction="measured")
    with pytest.raises(BadInput, match="auto"):
        assess_dilution_series(table, fraction="real")


@pytest.mark.parametrize(("keep", "notes"), [(5, 0), (4, 0), (3, 1)])
def test_few_fractions_are_warned_about(keep, notes):
    """Three fractions are below, four at the design."""
    table = series({f: SET_2[f] for f in list(SET_2)[:keep]})
    assert len(assess_dilution_series(table).notes) == notes


def test_a_thin_design_is_warned_about_in_each_respect():
    """Two samples of one observation: two notes, and no CV to give."""
    result = assess_dilution_series(series({f: [[f], [f]] for f in SET_2}))
    assert len(result.notes) == 2
    assert {level.cv_percent for level in result.levels} == {None}
    own = StudyDesign(fractions=5, samples=2, observations=1)
    thin = series({f: [[f], [f]] for f in SET_2})
    assert assess_dilution_series(thin, design=own).notes == ()


def test_empty_blocks_are_left_out_and_stated():
    """A row without concentration is not a zero."""
    table = series(SET_2)
    table.loc[[0, 1], "cell_conc"] = np.nan
    notes = assess_dilution_series(table).notes
    assert any("2 rows" in note for note in notes)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("cell_conc", -1.0),
        ("cell_conc", np.inf),
        ("target_dilution_fraction", 0.0),
        ("target_dilution_fraction", 80.0),
        ("target_dilution_fraction", np.nan),
        ("replicate_sample", np.nan),
    ],
)
def test_impossible_rows_are_refused(column, value):
    """Negative counts, a blank as fraction 0, percent for share, gaps."""
    table = series(SET_2).astype({"replicate_sample": float})
    table.loc[0, column] = value
    with pytest.raises(NotADilutionSeries):
        assess_dilution_series(table)


@pytest.mark.parametrize("column", ["target_dilution_fraction", "replicate_sample", "cell_conc"])
def test_a_missing_column_is_named(column):
    """The message names the column."""
    with pytest.raises(NotADilutionSeries, match=column):
        assess_dilution_series(series(SET_2).drop(columns=column))


def test_one_fraction_is_no_series():
    """Nor are counts of zero throughout, or two samples, or two methods."""
    with pytest.raises(NotADilutionSeries, match="at least 2"):
        assess_dilution_series(series({1.0: SET_2[1.0]}))
    with pytest.raises(NotADilutionSeries):
        assess_dilution_series(series(SET_2).assign(cell_conc=0.0))
    with pytest.raises(NotADilutionSeries, match="2 samples"):
        assess_dilution_series(series({1.0: [[2.0]], 0.5: [[1.0]]}))
    mixed = comet()
    mixed.loc[0, "counting_method"] = "Method 1"
    with pytest.raises(NotADilutionSeries, match="several"):
        assess_dilution_series(mixed)


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-3, 1e6), st.permutations(range(45)))
def test_the_scaled_indices_know_no_unit_and_no_order(factor, order):
    """cells/mL or 10^5 cells/mL, rows in any order: the same index."""
    table = series(SET_2)
    plain = assess_dilution_series(table)
    other = assess_dilution_series(table.assign(cell_conc=table["cell_conc"] * factor).iloc[order])
    assert other.smoothed_scaled_sae == pytest.approx(plain.smoothed_scaled_sae, rel=1e-6)
    assert other.smoothed_scaled_sse == pytest.approx(plain.smoothed_scaled_sse, rel=1e-6)
    assert other.constant == pytest.approx(plain.constant * factor)


# --- bootstrap interval ------------------------------------------------------------------------


def test_the_interval_is_the_same_for_the_same_seed_and_holds_the_index() -> None:
    """Draws come from the seed alone."""
    table = series(SET_2)
    one, again = (proportionality_interval(table, seed=3, draws=300) for _ in range(2))

    assert one == again
    assert one.low < assess_dilution_series(table).smoothed_scaled_sae < one.high
    assert one.method == "bootstrap of samples"


def test_the_interval_tells_a_saturating_method_from_a_proportional_one() -> None:
    """Set 2 against set 2 with 12 % loss at full density: the intervals do not meet."""
    good, bent = (
        proportionality_interval(series(SET_2, loss), seed=3, draws=300) for loss in (0.0, 0.12)
    )

    assert good.high < bent.low


def test_every_draw_without_scatter_is_the_index() -> None:
    """Identical samples leave the bootstrap nothing to vary."""
    table = series({f: [[10 * f + 0.3] * 3] * 3 for f in (0.2, 0.4, 0.6, 0.8, 1.0)})
    found = proportionality_interval(table, seed=1, draws=100)
    index = assess_dilution_series(table).smoothed_scaled_sae

    assert (found.low, found.high) == pytest.approx((index, index))


def test_an_interval_needs_samples_to_draw_from() -> None:
    """One sample per fraction, too few draws, or an unknown index."""
    single = series({f: values[:1] for f, values in SET_2.items()})
    with pytest.raises(BadInput, match="levels with 1 samples"):
        proportionality_interval(single, seed=1)
    with pytest.raises(BadInput, match="99 draws"):
        proportionality_interval(series(SET_2), seed=1, draws=99)
    with pytest.raises(BadInput, match="expected one of x, 1, x2 and one of smoothed_scaled_sse"):
        proportionality_interval(series(SET_2), seed=1, index="r_squared")
