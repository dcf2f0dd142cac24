"""Which exports the kit can read, and how each is recognised by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True)
class Format:
    """One export format: its id, the instrument or program in words, and its reader.

    The reader's module also has ``looks_like_<id>(raw)``, which says from the first bytes whether
    a file is meant to be of this format, and ``UNITS_<ID>``, the unit of each column that has one.
    """

    id: str
    writes: str
    home: str
    reader: str

    def recognises(self, raw: bytes) -> bool:
        """Say whether a file with these bytes is meant to be of this format."""
        looks_like: Callable[[bytes], bool] = self._part(f"looks_like_{self.id}")
        return looks_like(raw)

    def read(self, raw: bytes, **options: Any) -> pd.DataFrame:
        """Read the bytes of a file of this format."""
        reader: Callable[..., pd.DataFrame] = self._part(self.reader)
        return reader(raw, **options)

    @property
    def units(self) -> dict[str, str]:
        """Unit of each column that has one."""
        return dict(self._part(f"UNITS_{self.id.upper()}"))

    def _part(self, name: str) -> Any:
        return getattr(import_module(f"stemcell_kit.instruments.{self.home}"), name)


FORMATS: dict[str, Format] = {
    one.id: one
    for one in (
        Format("fcs", "flow cytometer (FCS 2.0, 3.0, 3.1)", "fcs", "read_fcs"),
        Format("gatingml", "gates, Gating-ML 2.0", "gating", "read_gatingml"),
        Format("wsp", "FlowJo workspace", "workspace", "read_wsp"),
        Format("flowjo_table", "FlowJo table, CSV", "flowjo_table", "read_flowjo_table"),
        Format("quantstudio", "QuantStudio, text or workbook", "quantstudio", "read_quantstudio"),
        Format("cfx", "CFX, CSV", "cfx", "read_cfx"),
        Format("absolute_q", "QuantStudio Absolute Q, CSV", "absolute_q", "read_absolute_q"),
        Format("qiacuity", "QIAcuity, CSV", "qiacuity", "read_qiacuity"),
        Format("vicell", "Vi-CELL BLU, CSV", "cell_counter", "read_counter"),
        Format("vicell_xr", "Vi-CELL XR, text report", "vicell_xr", "read_vicell_xr"),
        Format("nucleoview", "NucleoCounter NC-200", "nucleocounter", "read_nucleoview"),
        Format("nc_view", "NucleoCounter NC-View, CSV", "nucleocounter", "read_nc_view"),
        Format("comet", "dilution study, COMET", "comet", "read_comet"),
        Format("str", "GeneMapper or a wide STR table", "str_tables", "read_str"),
        Format("clastr", "CLASTR batch result, CSV", "clastr", "read_clastr"),
        Format("cellosaurus", "Cellosaurus, text", "cellosaurus", "read_cellosaurus"),
        Format("abif", "capillary traces (.fsa)", "abif", "read_abif"),
        Format("softmax", "SoftMax Pro, text", "softmax", "read_softmax"),
        Format("gen5", "Gen5, text", "gen5", "read_gen5"),
        Format("sheet", "a plain sheet of the bank", "known_sheet", "read_known_sheet"),
        Format("nanosight", "NanoSight NTA experiment summary", "nanosight", "read_nanosight"),
        Format("zetaview", "ZetaView, text", "zetaview", "read_zetaview"),
        Format("vcf", "variant calls, VCF (plain or gzip)", "vcf", "read_vcf"),
    )
}
