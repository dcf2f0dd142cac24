"""All attacks of the suite."""

from __future__ import annotations

from . import (
    cases_channel,
    cases_exhaustion,
    cases_exits,
    cases_feedback,
    cases_file,
    cases_frames,
    cases_ipython,
    cases_leaks,
    cases_links,
    cases_network,
    cases_patches,
    cases_session,
    cases_shadowing,
    cases_tampering,
    cases_values,
)
from .attack import Attack

__all__ = ["ATTACKS", "FAMILIES"]

# In the order in which they are graded.
FAMILIES: dict[str, tuple[Attack, ...]] = {
    "values": cases_values.ATTACKS,
    "patches": cases_patches.ATTACKS,
    "ipython": cases_ipython.ATTACKS,
    "frames": cases_frames.ATTACKS,
    "exits": cases_exits.ATTACKS,
    "channel": cases_channel.ATTACKS,
    "session": cases_session.ATTACKS,
    "file": cases_file.ATTACKS,
    "shadowing": cases_shadowing.ATTACKS,
    "tampering": cases_tampering.ATTACKS,
    "leaks": cases_leaks.ATTACKS,
    "network": cases_network.ATTACKS,
    "exhaustion": cases_exhaustion.ATTACKS,
    "links": cases_links.ATTACKS,
    "feedback": cases_feedback.ATTACKS,
}
ATTACKS = tuple(attack for family in FAMILIES.values() for attack in family)
