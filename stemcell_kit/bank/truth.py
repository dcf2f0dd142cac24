"""The hidden truth of the virtual bank: who is in which vial and what is wrong with it.

Every assay reads this one truth, so all of them tell the same story.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from numpy.random import RandomState

from stemcell_kit.bank.faults import Fault
from stemcell_kit.bank.noise import between, noise, pick, stream, whole_between
from stemcell_kit.bank.products import Product, draw_products
from stemcell_kit.errors import BadInput

__all__ = ["Donor", "Line", "Lot", "Truth", "draw_truth"]

_TIERS = {"S": "seed stock", "M": "master bank", "W": "working bank"}


@dataclass(frozen=True)
class Donor:
    """A coded donor; ``genotype`` maps each locus to its alleles as text, smaller first."""

    id: str
    sex: str
    age: int
    consent: str
    consent_date: str
    genotype: Mapping[str, tuple[str, str]] = field(repr=False)


@dataclass(frozen=True)
class Line:
    """A pluripotent line and the culture it grows in."""

    name: str
    donor: str
    source_material: str
    reprogramming: str
    doubling_time_h: float
    first_day: str


@dataclass(frozen=True)
class Lot:
    """A filled lot: what the label says, and what the vials hold (``content``, ``faults``).

    ``content`` lists (line, share); ``faults`` maps a fault to its share.
    """

    id: str
    line: str
    tier: str
    parent: str
    passage: int
    label_passage: int
    frozen: str
    vials: int
    cells_per_vial: int
    operator: str
    content: tuple[tuple[str, float], ...]
    faults: Mapping[str, float] = field(default_factory=dict)

    def share(self, fault: str) -> float:
        """Return the share of a fault in this lot; 0.0 if it does not carry it."""
        return self.faults.get(fault, 0.0)

    @property
    def letter(self) -> str:
        """S, M or W: seed stock, master bank or working bank."""
        return self.id.rsplit("-", 1)[1][0]


@dataclass(frozen=True)
class Truth:
    """Donors, lines, bank lots and product lots of one seed with the faults planted."""

    seed: int
    donors: Mapping[str, Donor]
    lines: Mapping[str, Line]
    lots: Mapping[str, Lot]
    products: Mapping[str, Product]
    laboratory: Mapping[str, float]

    def donor_of(self, line: str) -> Donor:
        """Return the donor a line really comes from."""
        return self.donors[self.lines[line].donor]

    def registered_donor(self, lot: Lot) -> Donor:
        """Return the donor that the register names for a lot."""
        return self.donor_of(lot.line)

    def male_share(self, lot: Lot) -> float:
        """Return the share of male cells in a lot."""
        return sum(share for line, share in lot.content if self.donor_of(line).sex == "male")


def draw_truth(seed: int, faults: Sequence[Fault]) -> Truth:
    """Draw the bank of a seed, then plant the faults.

    Raises
    ------
    BadInput
        A fault names an unknown lot, comes twice on one lot, or finds no free lot.
    """
    setting = noise("truth")
    donors = _draw_donors(seed)
    lines = {name: _draw_line(seed, name, donor) for name, donor in setting["lines"]}
    lots = {lot.id: lot for line in lines.values() for lot in _draw_lots(seed, line)}
    working = [lot.id for lot in lots.values() if lot.letter == "W"]
    truth = Truth(seed, donors, lines, lots, draw_products(seed, working), {})
    return _plant(truth, _placed(truth, faults))


# --- donors, lines and lots ----------------------------------------------------------------


def _draw_donors(seed: int) -> dict[str, Donor]:
    ids = noise("truth")["donors"]
    rng = stream(seed, "donors")
    # two of each sex, so that a swap can always cross the sexes
    order = sorted(ids, key=lambda _: rng.random_sample())
    females = set(order[: len(ids) // 2])
    return {name: _draw_donor(seed, name, "female" if name in females else "male") for name in ids}


def _draw_donor(seed: int, name: str, sex: str) -> Donor:
    rng = stream(seed, "donor", name)
    age = whole_between(rng, noise("truth")["donor_age"])
    first = dt.date.fromisoformat(noise("truth")["first_day"])
    consented = first - dt.timedelta(days=whole_between(rng, (200, 400)))
    genotype = {
        marker: _two_alleles(rng, alleles) for marker, alleles in noise("str")["alleles"].items()
    }
    consent = f"C-{name.removeprefix('D-')}"
    return Donor(name, sex, age, consent, consented.isoformat(), genotype)


def _two_alleles(rng: RandomState, alleles: Sequence[str]) -> tuple[str, str]:
    first, second = sorted((pick(rng, alleles), pick(rng, alleles)), key=float)
    return first, second


def _draw_line(seed: int, name: str, donor: str) -> Line:
    setting = noise("truth")
    # tissue belongs to the donor: sister clones share it
    source = pick(stream(seed, "tissue", donor), setting["source_materials"])
    rng = stream(seed, "line", name)
    start = dt.date.fromisoformat(setting["first_day"])
    start += dt.timedelta(days=whole_between(rng, (0, setting["line_spread_days"])))
    return Line(
        name=name,
        donor=donor,
        source_material=source,
        reprogramming=pick(rng, setting["reprogramming"]),
        doubling_time_h=between(rng, noise("growth")["doubling_time_h"]),
        first_day=start.isoformat(),
    )


def _draw_lots(seed: int, line: Line) -> list[Lot]:
    setting = noise("truth")
    rng = stream(seed, "lots", line.name)
    passage = whole_between(rng, setting["seed_passage"])
    frozen = dt.date.fromisoformat(line.first_day)
    lots: list[Lot] = []
    for letter, tier in _TIERS.items():
        if lots:
            passages = whole_between(rng, setting["passages_between_banks"])
            passage += passages
            days = sum(whole_between(rng, setting["passage_days"]) for _ in range(passages))
            frozen += dt.timedelta(days=days)
        lots.append(
            Lot(
                id=f"{line.name}-{letter}1",
                line=line.name,
                tier=tier,
                parent=lots[-1].id if lots else "",
                passage=passage,
                label_passage=passage,
                frozen=frozen.isoformat(),
                vials=whole_between(rng, setting[f"{tier.split()[0]}_vials"]),
                cells_per_vial=setting["cells_per_vial"],
                operator=pick(rng, setting["operators"]),
                content=((line.name, 1.0),),
            )
        )
    return lots


# --- faults --------------------------------------------------------------------------------


def _placed(truth: Truth, faults: Sequence[Fault]) -> list[Fault]:
    """Give each fault of a lot its lot: the one named, else one that is still free."""
    for fault in faults:
        carriers = _carriers(truth, fault.kind.where)
        if fault.lot is not None and fault.lot not in carriers:
            near = difflib.get_close_matches(fault.lot, carriers, n=3) or carriers[:3]
            raise BadInput(f"no lot {fault.lot!r} for {fault.name}; for example {', '.join(near)}")
    taken = {fault.lot for fault in faults if fault.lot is not None}
    placed: list[Fault] = []
    for fault in faults:
        if fault.lot is None and fault.kind.where != "laboratory":
            carriers = _carriers(truth, fault.kind.where)
            # seed stocks are small and old; faults of the bank are found in what is used
            free = [one for one in carriers if one not in taken and not one.endswith("-S1")]
            if not free:
                raise BadInput(f"no lot is free for {fault.name}; name one, e.g. {carriers[0]}")
            lot = pick(stream(truth.seed, "fault", fault.name), free)
            fault = replace(fault, lot=lot)
            taken.add(lot)
        placed.append(fault)
    return placed


def _carriers(truth: Truth, where: str) -> list[str]:
    """Return the lots that can carry a fault of one place."""
    if where == "lot":
        return list(truth.lots)
    return [product.id for product in truth.products.values() if product.kind == where]


def _plant(truth: Truth, faults: Sequence[Fault]) -> Truth:
    lots, products = dict(truth.lots), dict(truth.products)
    laboratory = dict(truth.laboratory)
    for fault in faults:
        if fault.lot is None:
            laboratory[fault.name] = fault.share
            continue
        carrier = lots.get(fault.lot) or products[fault.lot]
        if fault.name in carrier.faults:
            raise BadInput(f"fault {fault.name} is planted twice on {carrier.id}; keep one of them")
        if isinstance(carrier, Product):
            changed = {**carrier.faults, fault.name: fault.share}
            products[carrier.id] = replace(carrier, faults=changed)
        else:
            lots[carrier.id] = _with_fault(truth, carrier, fault)
    return replace(truth, lots=lots, products=products, laboratory=laboratory)


def _with_fault(truth: Truth, lot: Lot, fault: Fault) -> Lot:
    changed = replace(lot, faults={**lot.faults, fault.name: fault.share})
    if fault.name in ("swap", "mixture"):
        if len(lot.content) > 1 or lot.content[0][0] != lot.line:
            raise BadInput(f"{lot.id} cannot be both swapped and mixed; choose one of the two")
        stranger = _stranger(truth, lot)
        own = 1.0 - fault.share
        content = ((lot.line, own),) if own else ()
        return replace(changed, content=(*content, (stranger, fault.share)))
    if fault.name == "passage-error":
        wrong = lot.passage - noise("truth")["passage_label_error"]
        return replace(changed, label_passage=wrong)
    return changed


def _stranger(truth: Truth, lot: Lot) -> str:
    """Draw a line of another donor of the other sex."""
    own = truth.registered_donor(lot)
    others = [name for name in truth.lines if truth.donor_of(name).sex != own.sex]
    return pick(stream(truth.seed, "stranger", lot.id), others)
