"""What a sample of containers can find, and how many find a contamination."""

from __future__ import annotations

import math

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = [
    "chance_in_batch",
    "chance_of_detection",
    "chance_of_detection_poisson",
    "chance_of_exactly_one",
    "containers_needed",
    "containers_needed_in_batch",
    "false_positive_session",
    "pass_chance",
]

# A logarithm that should be whole may lie a rounding error above it.
_ROUNDING = 1e-12


def chance_of_detection(n: int, contaminated: float, *, found_if_taken: float = 1.0) -> float:
    """Chance that *n* containers of a large batch show at least one contaminated one.

    ``1 - (1 - p d)^n``: what a pass of the test says about the batch, and no more.

    Parameters
    ----------
    n
        Containers tested.
    contaminated
        Share p of contaminated containers in the batch, 0 to 1.
    found_if_taken
        Chance d that a contaminated container, once taken, shows growth; below 1 when only part
        of it is tested or few organisms are in it.

    Returns
    -------
    Share, 0 to 1.

    Raises
    ------
    BadInput
        A count or share that cannot be.

    Source
    ------
    Binomial law; Spicher & Peters 1975, Zentralbl Bakteriol Orig A 230:112.
    """
    taken = inputs.count(n, "n, the number of containers,")
    return _at_least_one(taken, _share(contaminated, "contaminated"), found_if_taken)


def chance_of_detection_poisson(n: int, contaminated: float) -> float:
    """Chance of at least one contaminated container by the Poisson form ``1 - exp(-n p)``.

    An approximation for small p; at p = 10 % it falls up to 1.6 percentage points short of
    :func:`chance_of_detection`.
    """
    taken = inputs.count(n, "n, the number of containers,")
    return -math.expm1(-taken * _share(contaminated, "contaminated"))


def chance_of_exactly_one(n: int, contaminated: float) -> float:
    """Chance that exactly one of *n* containers is contaminated: ``n p (1 - p)^(n - 1)``.

    Not the chance of detection: more than one also fails the test.
    """
    taken = inputs.count(n, "n, the number of containers,")
    share = _share(contaminated, "contaminated")
    return taken * share * (1 - share) ** (taken - 1) if taken else 0.0


def chance_in_batch(batch: int, contaminated: int, n: int) -> float:
    """Chance that *n* of *batch* containers include at least one of the *contaminated* ones.

    Exact for a small batch: ``1 - C(N - D, n) / C(N, n)``.

    Raises
    ------
    BadInput
        More are contaminated or taken than the batch holds.
    """
    size = inputs.count(batch, "batch")
    bad = _part_of(contaminated, size, "contaminated")
    taken = _part_of(n, size, "n, the number of containers taken,")
    fewer, more = sorted((bad, taken))
    if fewer + more > size:
        return 1.0
    # the chance is the same with the two numbers exchanged: multiply the fewer factors
    return -math.expm1(math.fsum(math.log1p(-more / (size - i)) for i in range(fewer)))


def containers_needed(
    contaminated: float, *, confidence: float, found_if_taken: float = 1.0
) -> int:
    """Smallest number of containers that finds a contaminated *share* with *confidence*.

    ``n >= ln(1 - confidence) / ln(1 - p d)``, rounded up; for a large batch.

    Raises
    ------
    BadInput
        The share is 0: no number of containers proves that none is contaminated.
    """
    wanted = inputs.open_share(confidence, "confidence")
    share = inputs.share(contaminated, "contaminated")
    found = share * inputs.share(found_if_taken, "found_if_taken")
    if found == 1:
        return 1
    exact = math.log1p(-wanted) / math.log1p(-found)
    return max(1, math.ceil(exact * (1 - _ROUNDING)))


def containers_needed_in_batch(batch: int, contaminated: int, *, confidence: float) -> int:
    """Smallest number of containers of a small batch that hits a contaminated one.

    Raises
    ------
    BadInput
        None is contaminated, or more than the batch holds.
    """
    wanted = inputs.open_share(confidence, "confidence")
    size = inputs.count(batch, "batch")
    if _part_of(contaminated, size, "contaminated") == 0:
        raise BadInput("contaminated is 0; no sample finds what is not there. Expected 1 or more.")
    low, high = 0, size
    while high - low > 1:
        middle = (low + high) // 2
        enough = chance_in_batch(size, contaminated, middle) >= wanted * (1 - _ROUNDING)
        low, high = (low, middle) if enough else (middle, high)
    return high


def pass_chance(n: int, contaminated: float, *, tests: int = 1) -> float:
    """Chance that a batch passes when any one of so many *tests* of *n* containers may pass it.

    With ``tests=2`` this is what a free retest gives away.
    """
    allowed = inputs.count(tests, "tests")
    if allowed == 0:
        raise BadInput("tests is 0; expected 1 or more, since a batch never tested cannot pass.")
    return 1 - chance_of_detection(n, contaminated) ** allowed


def false_positive_session(vessels: int, chance_per_vessel: float) -> float:
    """Chance that the laboratory itself makes at least one of so many *vessels* grow."""
    inoculated = inputs.count(vessels, "vessels")
    return _at_least_one(inoculated, _share(chance_per_vessel, "chance_per_vessel"), 1.0)


def _at_least_one(n: int, share: float, found: float) -> float:
    hit = share * inputs.share(found, "found_if_taken")
    if hit == 1:
        return float(n > 0)
    return -math.expm1(n * math.log1p(-hit))


def _share(value: float, what: str) -> float:
    """Return a share from 0 to 1, both allowed."""
    return 0.0 if inputs.number(value, what) == 0 else inputs.share(value, what)


def _part_of(value: int, whole: int, what: str) -> int:
    part = inputs.count(value, what)
    if part > whole:
        raise BadInput(f"{what} is {part}, but the batch holds {whole}; check the two numbers.")
    return part
