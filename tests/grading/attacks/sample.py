"""Which attacks are tried: a fixed sample, or all of them where that is asked for."""

from __future__ import annotations

import os

from .attack import Attack
from .catalogue import ATTACKS, FAMILIES
from .stock import recorded

__all__ = ["ALL", "TRIED", "groups", "sample"]

ALL = "STEMCELL_KIT_FULL_ATTACKS"
EVERY = 6
ALWAYS = "tests-deleted"  # the way to an end that no group stands for: a test is put back

Group = tuple[str, str, bool, bool]


def groups() -> dict[Group, list[Attack]]:
    """Attacks by family, aim, whether stock nbgrader lets them through, and having an accomplice."""
    real = recorded()
    found: dict[Group, list[Attack]] = {}
    for family, attacks in FAMILIES.items():
        for attack in attacks:
            group = (family, attack.aim.value, real[attack.name], attack.accomplice is not None)
            found.setdefault(group, []).append(attack)
    return found


def sample() -> tuple[Attack, ...]:
    """The first attack of each group and every sixth after it, in the order of the catalogue."""
    taken = {attack.name for attacks in groups().values() for attack in attacks[::EVERY]}
    return tuple(attack for attack in ATTACKS if attack.name in {*taken, ALWAYS})


TRIED = ATTACKS if os.environ.get(ALL) else sample()
