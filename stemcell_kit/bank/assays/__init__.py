"""The assays of the virtual bank; each reads the same hidden truth."""

from __future__ import annotations

from stemcell_kit.bank.assays import (
    endotoxin,
    environment,
    flow_panels,
    molecular,
    neural,
    organoids,
    potency,
    quality,
    snp_species,
    sterility,
    vesicles,
)
from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.assays.copy_number import copy_number
from stemcell_kit.bank.assays.counts import counts
from stemcell_kit.bank.assays.distribution import consignments, freezing, storage, transit
from stemcell_kit.bank.assays.dossier import dossier
from stemcell_kit.bank.assays.flow import flow
from stemcell_kit.bank.assays.growth import passage_log
from stemcell_kit.bank.assays.identity import str_long, str_wide
from stemcell_kit.bank.assays.karyotype import iscn, karyotype
from stemcell_kit.bank.assays.laboratory import control_runs, dilution_series
from stemcell_kit.bank.assays.mycoplasma import mycoplasma
from stemcell_kit.bank.assays.origin import (
    consent_items,
    donor_data,
    origin_dates,
    restrictions,
)
from stemcell_kit.bank.assays.post_thaw import post_thaw
from stemcell_kit.bank.assays.reception import derivation, quarantine, reception
from stemcell_kit.bank.assays.records import donors, labels, register

__all__ = ["ASSAYS"]

_BANKING = {
    "donors": donors,
    "lots": labels,
    "register": register,
    "str": str_long,
    "str_wide": str_wide,
    "karyotype": karyotype,
    "iscn": iscn,
    "copy_number": copy_number,
    "flow": flow,
    "counts": counts,
    "passage_log": passage_log,
    "post_thaw": post_thaw,
    "mycoplasma": mycoplasma,
    "dossier": dossier,
    "freezing": freezing,
    "storage": storage,
    "consignments": consignments,
    "transit": transit,
    "origin_dates": origin_dates,
    "consent_items": consent_items,
    "restrictions": restrictions,
    "donor_data": donor_data,
    "reception": reception,
    "quarantine": quarantine,
    "derivation": derivation,
    "dilution_series": dilution_series,
    "control_runs": control_runs,
}

# An area outside banking names its assays itself.
ASSAYS: dict[str, Assay] = {
    **{name: Assay(table) for name, table in _BANKING.items()},
    **flow_panels.ASSAYS,
    **neural.ASSAYS,
    **organoids.ASSAYS,
    **vesicles.ASSAYS,
    **potency.ASSAYS,
    **endotoxin.ASSAYS,
    **environment.ASSAYS,
    **sterility.ASSAYS,
    **molecular.ASSAYS,
    **quality.ASSAYS,
    **snp_species.ASSAYS,
}
