"""The sheets of identity beside STR: a SNP panel and a species test."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]

_HIGHEST_CQ = 60.0


def _cq(name: str, *headings: str) -> Column:
    return Column(name, headings, "number", may_be_empty=True, at_least=0.0, at_most=_HIGHEST_CQ)


SHEETS: dict[str, tuple[Column, ...]] = {
    "snp_panel": (
        text("sample", "Sample", "Sample Name"),
        text("role", "Role"),
        text("donor", "Registered donor"),
        text("snp", "SNP"),
        text("genotype", "Genotype", "Call"),
        Column("second_base_share", ("Second base share",), "number", at_least=0.0, at_most=1.0),
    ),
    "species": (
        text("sample", "Sample", "Sample Name"),
        text("lot", "Lot"),
        text("role", "Role"),
        whole("replicate", "Replicate"),
        _cq("human_cq", "Human Cq", "Human Ct"),
        _cq("mouse_cq", "Mouse Cq", "Mouse Ct"),
    ),
}
