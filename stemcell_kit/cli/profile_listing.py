"""What the command line shows of an institution's profile."""

from __future__ import annotations

from typing import Any

from stemcell_kit.language import say

__all__ = ["check_text", "diff_text", "new_text"]


def new_text(data: dict[str, Any]) -> str:
    """Say where the sheet is and what it asks for."""
    return say("profile.made", **data)


def check_text(data: dict[str, Any]) -> str:
    """Return what a profile binds and overrides, one line each."""
    lines = [say("profile.checked", name=data["name"], digest=data["digest"])]
    lines += [say("profile.bound", **row) for row in data["standards"]]
    lines += [say("profile.override", **row) for row in data["limits"]]
    return "\n".join(lines if data["limits"] else [*lines, say("profile.no-override")])


def diff_text(data: dict[str, Any]) -> str:
    """Return one line for each clause and limit that differs."""
    first, second = data["names"]
    lines = [say("profile.between", first=first, second=second)]
    for row in (*data["clauses"], *data["limits"]):
        sides = {side: row[side] or say("profile.unset") for side in ("first", "second")}
        lines.append(f"{row['id']}: {say('profile.between', **sides)}")
    return "\n".join(lines if len(lines) > 1 else [*lines, say("profile.same")])
