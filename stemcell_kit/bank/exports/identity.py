"""Files of identity: SNP and species sheets, traces of the STR run, registered profiles as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from stemcell_kit.bank.exports.abif_writer import abif_bytes
from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.noise import noise, stream
from stemcell_kit.bank.truth import Donor
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.identity import SHEETS

__all__ = ["allele_size_bp", "cellosaurus_text", "files", "fsa_bytes"]

_AMELOGENIN = "AMEL"


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of the chosen bank lots."""
    lots = [lot for lot in bank.lots if lot in chosen]
    if not lots:
        return
    for sheet, columns in SHEETS.items():
        yield f"{sheet}.csv", sheet_csv(bank.table(sheet, lots), columns).encode("utf-8")
    truth = bank.truth
    donors = {one.id: one for one in (truth.registered_donor(truth.lots[lot]) for lot in lots)}
    yield "registered_profiles.txt", cellosaurus_text(list(donors.values())).encode("utf-8")
    profiles = bank.table("str", lots)
    for lot in lots:
        profile = profiles[profiles["sample"] == lot]
        frozen = truth.lots[lot].frozen
        yield f"str/{lot}.fsa", fsa_bytes(profile, seed=bank.seed, date=frozen)


def cellosaurus_text(donors: Sequence[Donor]) -> str:
    """Return the reference profiles of donors in the text form of Cellosaurus."""
    entries = []
    for donor in donors:
        sex = "X" if donor.sex == "female" else "X,Y"
        markers = {"Amelogenin": sex}
        markers |= {m: ",".join(dict.fromkeys(a)) for m, a in donor.genotype.items()}
        lines = [f"ID   {donor.id}", f"AC   CVCL_V{donor.id[-3:]}"]
        lines += ["CC   Constructed entry of a virtual bank; not in Cellosaurus."]
        lines += ["ST   Source(s): virtual bank"]
        lines += [f"ST   {marker}: {alleles}" for marker, alleles in sorted(markers.items())]
        lines += ["OX   NCBI_TaxID=9606; ! Homo sapiens (Human)", f"SX   {donor.sex.capitalize()}"]
        entries.append("\n".join([*lines, "//", ""]))
    return "".join(entries)


def allele_size_bp(marker: str, allele: str) -> float:
    """Return where an allele runs in the bank's constructed panel, base pairs."""
    setting = noise("traces")
    if marker == _AMELOGENIN:
        return float(setting["amelogenin"][allele])
    _, _, first, size, repeat = next(row for row in setting["markers"] if row[0] == marker)
    whole, _, odd = allele.partition(".")
    return float(size + repeat * (int(whole) - int(first)) + int(odd or 0))


def fsa_bytes(profile: pd.DataFrame, *, seed: int, date: str) -> bytes:
    """Return the run of one sample as .fsa: a trace per dye, the size standard in the last.

    *profile* holds the rows of one sample of the assay ``str``.
    """
    setting = noise("traces")
    sample = str(profile["sample"].iloc[0])
    rng = stream(seed, "traces", sample)
    peaks = _peaks(profile)
    tags: dict[tuple[str, int], str | int | list[int] | tuple[int, int, int]] = {}
    for number, dye in enumerate(setting["dyes"], start=1):
        noise_rfu = rng.normal(0.0, setting["baseline_sd_rfu"], size=setting["scans"])
        trace = np.rint(noise_rfu + _trace(peaks[dye])).astype(int).tolist()
        tags["DATA", number if number <= 4 else 100 + number] = trace
        tags["DyeN", number] = dye
    year, month, day = map(int, date.split("-"))
    about = {"SpNm": sample, "StdF": setting["size_standard"], "RunN": f"STR-{seed}"}
    tags |= {(name, 1): value for name, value in about.items()}
    return abif_bytes({**tags, ("RUND", 1): (year, month, day), ("Dye#", 1): len(setting["dyes"])})


def _peaks(profile: pd.DataFrame) -> dict[str, list[tuple[float, float]]]:
    """Return size and height of each peak, by dye."""
    setting = noise("traces")
    dyes = {row[0]: row[1] for row in setting["markers"]}
    dyes[_AMELOGENIN] = setting["amelogenin"]["dye"]
    found: dict[str, list[tuple[float, float]]] = {dye: [] for dye in setting["dyes"]}
    for row in profile.to_dict("records"):
        for place in range(1, 5):
            if row[f"allele_{place}"]:
                size = allele_size_bp(row["marker"], row[f"allele_{place}"])
                found[dyes[row["marker"]]].append((size, row[f"height_{place}"]))
    standard = found[setting["size_standard_dye"]]
    standard += [
        (float(size), setting["size_standard_rfu"]) for size in setting["size_standard_bp"]
    ]
    return found


def _trace(peaks: Sequence[tuple[float, float]]) -> np.ndarray:
    setting = noise("traces")
    scans = np.arange(setting["scans"])
    total = np.zeros(setting["scans"])
    for size, height in peaks:
        centre = setting["first_scan"] + setting["scans_per_bp"] * size
        total += height * np.exp(-0.5 * ((scans - centre) / setting["peak_sd_scans"]) ** 2)
    return total
