"""Secreted or contained amounts per million cells, with every factor stated once."""

from __future__ import annotations

from stemcell_kit.model import Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.reporting import Concentration

__all__ = ["cytokine_per_million", "moles_per_million", "salt_factor"]

_MILLION = 1e6


def cytokine_per_million(
    concentration_pg_per_ml: float, *, volume_ml: float, viable_cells: float, lloq_pg_per_ml: float
) -> Concentration:
    """Cytokine in pg per million viable cells; below the limit it is reported as below, not as 0.

    Parameters
    ----------
    concentration_pg_per_ml
        In the supernatant as collected, dilution already taken into account.
    volume_ml
        Volume of that supernatant.
    viable_cells
        Viable cells that secreted into it.
    lloq_pg_per_ml
        Lower limit of quantification: the lowest standard, times the dilution.

    Raises
    ------
    BadInput
        A negative concentration, or no volume, cells or limit.
    """
    found = inputs.not_negative(concentration_pg_per_ml, "concentration_pg_per_ml")
    limit = inputs.positive(lloq_pg_per_ml, "lloq_pg_per_ml")
    cells = inputs.positive(viable_cells, "viable_cells")
    factor = inputs.positive(volume_ml, "volume_ml") / cells * _MILLION
    value, below = max(found, limit) * factor, found < limit
    notes = ("below the lowest standard: report as below it, not as 0",) if below else ()
    words = f"{'<' if below else ''}{value:.4g} pg per 1e6 cells"
    return Concentration("cytokine", value, "pg per 1e6 cells", None, None, notes, words, below)


def moles_per_million(
    concentration_ng_per_ml: float,
    *,
    volume_ml: float,
    cells: float,
    molar_mass_g_per_mol: float,
    dilution: float = 1.0,
    recovery: float = 1.0,
    blank_ng_per_ml: float = 0.0,
) -> Measurement:
    """Amount of substance in pmol per million cells, for example dopamine.

    Parameters
    ----------
    concentration_ng_per_ml
        As read from the calibration, in the diluted sample.
    volume_ml
        Volume of the undiluted sample.
    molar_mass_g_per_mol
        Of the free base, 153.18 for dopamine; if the standard was weighed as a salt, correct its
        concentration with :func:`salt_factor` first.
    dilution
        How many times the sample was diluted before injection.
    recovery
        Share of a spike that comes through the extraction; 0.87 corrects for 13 % lost.
    blank_ng_per_ml
        The same reading of medium without cells, to be taken off.

    Raises
    ------
    BadInput
        A factor that is not above zero, or a blank above the sample.
    """
    read = inputs.not_negative(concentration_ng_per_ml, "concentration_ng_per_ml")
    blank = inputs.not_negative(blank_ng_per_ml, "blank_ng_per_ml")
    net = inputs.not_negative(read - blank, "concentration less blank")
    mass_ng = net * inputs.positive(dilution, "dilution") * inputs.positive(volume_ml, "volume_ml")
    pmol = 1000 * mass_ng / inputs.positive(molar_mass_g_per_mol, "molar_mass_g_per_mol")
    per_million = pmol / inputs.positive(cells, "cells") * _MILLION
    value = per_million / inputs.share(recovery, "recovery")
    notes = () if recovery == 1 else (f"corrected for a recovery of {100 * recovery:g} %",)
    return Measurement("amount", value, "pmol per 1e6 cells", None, None, notes)


def salt_factor(base_g_per_mol: float, salt_g_per_mol: float) -> float:
    """Mass of free base in one mass of salt: multiply the weighed standard by it.

    Raises
    ------
    BadInput
        The salt is lighter than its base.
    """
    base = inputs.positive(base_g_per_mol, "base_g_per_mol")
    salt = inputs.positive(salt_g_per_mol, "salt_g_per_mol")
    return inputs.share(base / salt, "base over salt")
