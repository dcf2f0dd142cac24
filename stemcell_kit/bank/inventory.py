"""A bank as its inventory reads: what the labels say, and nothing of the hidden truth."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stemcell_kit.language import say

if TYPE_CHECKING:
    from stemcell_kit.bank.virtual_bank import Bank

__all__ = ["inventory_html", "inventory_text"]


def inventory_text(bank: Bank) -> str:
    """Return the inventory as lines of text."""
    lines = [_title(bank), _summary(bank)]
    for group, rows in _groups(bank):
        lines += ["", group]
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def inventory_html(bank: Bank) -> str:
    """Return the inventory as a table for a notebook."""
    body = ""
    for group, rows in _groups(bank):
        width = len(rows[0])
        body += f"<tr><th colspan='{width}' style='text-align:left'>{html.escape(group)}</th></tr>"
        for row in rows:
            cells = "".join(f"<td style='text-align:left'>{html.escape(cell)}</td>" for cell in row)
            body += f"<tr>{cells}</tr>"
    head = f"<b>{html.escape(_title(bank))}</b><br>{html.escape(_summary(bank))}"
    return f"<p>{head}</p><table>{body}</table>"


def _title(bank: Bank) -> str:
    return say("bank.title", seed=bank.seed)


def _summary(bank: Bank) -> str:
    return say(
        "bank.summary",
        donors=len(bank.donors),
        lines=len(bank.lines),
        lots=len(bank.lots),
        products=len(bank.products),
        faults=len(bank.faults),
    )


def _groups(bank: Bank) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    labels = bank.table("lots")
    for line in bank.lines:
        donor = bank.truth.donors[line.donor]
        heading = say("bank.line", line=line.name, donor=donor.id, sex=say(f"bank.{donor.sex}"))
        yield heading, [_lot_row(row) for row in labels[labels["line"] == line.name].itertuples()]
    products: list[tuple[str, ...]] = [
        (one.id, say(f"bank.{one.kind}"), say("bank.made-from", source=one.source), one.made)
        for one in bank.products
    ]
    yield say("bank.products"), products


def _lot_row(row: object) -> tuple[str, ...]:
    values = {name: getattr(row, name) for name in ("lot", "tier", "passage", "frozen", "vials")}
    return (
        str(values["lot"]),
        say(f"bank.{str(values['tier']).split()[0]}"),
        f"p{values['passage']}",
        str(values["frozen"]),
        say("bank.vials", count=values["vials"]),
    )
