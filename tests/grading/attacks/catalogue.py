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

__all__ = ["ATTACKS"]

ATTACKS: tuple[Attack, ...] = (
    *cases_values.ATTACKS,
    *cases_patches.ATTACKS,
    *cases_ipython.ATTACKS,
    *cases_frames.ATTACKS,
    *cases_exits.ATTACKS,
    *cases_channel.ATTACKS,
    *cases_session.ATTACKS,
    *cases_file.ATTACKS,
    *cases_shadowing.ATTACKS,
    *cases_tampering.ATTACKS,
    *cases_leaks.ATTACKS,
    *cases_network.ATTACKS,
    *cases_exhaustion.ATTACKS,
    *cases_links.ATTACKS,
    *cases_feedback.ATTACKS,
)
