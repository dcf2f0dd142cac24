"""The vocabulary of the kit: what a standard, a requirement, a limit and a finding are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from stemcell_kit.shown import Shown, words

__all__ = [
    "Basis",
    "BasisKind",
    "Commitment",
    "Course",
    "Finding",
    "Interval",
    "Lesson",
    "Limit",
    "Measurement",
    "Outcome",
    "Profile",
    "Requirement",
    "Severity",
    "Source",
    "Standard",
    "Text",
    "Topic",
]

SOURCE_LANGUAGE = "en"


class Text(Mapping[str, str]):
    """The same words in several languages, e.g. ``Text({"en": "locus", "zh-CN": "基因座"})``.

    English is always there; another language falls back to it.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)

    def __getitem__(self, language: str) -> str:
        return self._words[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._words.items())))

    def __repr__(self) -> str:
        return f"Text({self._words[SOURCE_LANGUAGE]!r})"

    def __str__(self) -> str:
        return self._words[SOURCE_LANGUAGE]

    def in_(self, language: str) -> str:
        """Return the words in *language*, or in English where they are not translated yet."""
        return self._words.get(language) or self._words[SOURCE_LANGUAGE]


class Severity(StrEnum):
    """What a miss can do to donor, patient, data or bank."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Outcome(StrEnum):
    """What came of holding a measurement against a limit. Not tested is not a fail."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTED = "not tested"


class BasisKind(StrEnum):
    """Where a statement or a number comes from."""

    PUBLIC_TEXT = "public-text"
    LITERATURE = "literature"
    PRACTICE = "practice"
    COMPUTED = "computed"


@dataclass(frozen=True)
class Source:
    """A document that was read, or the named experience behind a practice default."""

    key: str
    title: str
    where: str
    licence: str = ""


@dataclass(frozen=True)
class Basis:
    """Why a statement stands: its kind, its source and what the source supports.

    ``supports`` is ``topic`` (the subject belongs to the standard's scope), ``duty``
    (the thing to be done) or ``criterion`` (the number or rule).
    """

    kind: BasisKind
    source: str
    supports: str
    confidence: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Limit(Shown):
    """A bound on one quantity, with the source of the number.

    ``at_least`` and ``at_most`` include their value; ``above`` and ``below`` do not.
    Between ``grey`` and the bound the outcome is inconclusive: repeat or investigate.
    """

    id: str
    quantity: str
    unit: str
    label: Text
    basis: tuple[Basis, ...]
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None
    grey: float | None = None
    overridden_by: str = ""

    @property
    def bound(self) -> str:
        """The bound in words, e.g. ``at least 90 %``."""
        named = ("at_least", "at_most", "above", "below")
        parts = [(name, getattr(self, name)) for name in named]
        bounds = [f"{n.replace('_', ' ')} {v:g}" for n, v in parts if v is not None]
        return " and ".join(bounds) + (f" {self.unit}" if self.unit else "")

    @property
    def provenance(self) -> str:
        """What stands behind the number: a profile, a published comparator or a common default."""
        if self.overridden_by:
            return f"set by the profile {self.overridden_by}"
        sources = ", ".join(dict.fromkeys(basis.source for basis in self.basis))
        kinds = {basis.kind for basis in self.basis}
        if kinds <= {BasisKind.PRACTICE}:
            return "common default, set your own"
        if kinds <= {BasisKind.COMPUTED}:
            return "computed"
        return f"published comparator ({sources})"

    def shown(self) -> dict[str, str]:
        """Return the limit as a reader needs it: name, bound, grey zone, provenance."""
        rows = {"limit": str(self.label), "bound": self.bound, "basis": self.provenance}
        if self.grey is not None:
            rows["inconclusive"] = f"from the bound to {self.grey:g} {self.unit}".strip()
        return rows


@dataclass(frozen=True)
class Topic:
    """A chapter of a standard's checklist, e.g. ``idn`` (cell identity)."""

    id: str
    title: Text


@dataclass(frozen=True)
class Requirement:
    """One checkable duty in the kit's own words, traced to what was read.

    ``same_as`` names the requirement of another standard that asks for the same: a laboratory
    answers both at once, under that name.
    """

    id: str
    standard: str
    topic: str
    severity: Severity
    statement: Text
    evidence: Text
    method: str
    criterion: Text
    failure: Text
    basis: tuple[Basis, ...]
    limits: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    same_as: str = ""

    @property
    def answered_as(self) -> str:
        """The full id under which a laboratory's answer is kept."""
        return self.same_as or self.full_id

    @property
    def full_id(self) -> str:
        """The id across standards, e.g. ``iso-24603/idn-04``."""
        return f"{self.standard}/{self.id}"


@dataclass(frozen=True)
class Standard:
    """A standard as far as it could be read, with its requirements in checklist order.

    A ``module`` is no document: it holds what several standards have in common, and each of them
    ``includes`` it.
    """

    id: str
    title: Text
    edition: str
    status: Text
    scope: Text
    not_established: tuple[Text, ...]
    topics: tuple[Topic, ...]
    requirements: tuple[Requirement, ...]
    includes: tuple[str, ...] = ()
    module: bool = False

    def topic(self, topic_id: str) -> Topic:
        """Return the topic with this id."""
        return next(topic for topic in self.topics if topic.id == topic_id)


@dataclass(frozen=True)
class Commitment:
    """One promise of the self-discipline declaration; ``status`` is ``seen`` or ``reconstructed``.

    While nothing supports a ``core`` commitment, a declaration is not yet made in good faith.
    """

    id: str
    statement: Text
    status: str
    basis: tuple[Basis, ...]
    core: bool = False


@dataclass(frozen=True)
class Lesson:
    """One notebook of the course and the exercise that belongs to it.

    Without a standard it is about all of them. Minutes are estimates: nobody has timed learners.
    """

    id: str
    notebook: str
    minutes: int
    title: Text
    summary: Text
    standard: str = ""
    exercise: str = ""
    exercise_minutes: int = 0


@dataclass(frozen=True)
class LearningPath:
    """The lessons that one reader needs, in teaching order; ``kind`` is ``role`` or ``product``."""

    id: str
    kind: str
    title: Text
    summary: Text
    lessons: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """Requirements that nothing of one kind serves (``lesson`` or ``question``), with the reason."""

    by: str
    reason: Text
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Promise:
    """What the course promises for every standard, and for every commitment.

    Percent of the statements that a lesson and that a graded question serve, both with their
    number; critical statements are served by both. ``statements`` is how many evidence each
    commitment at the least.
    """

    lesson_percent: float = 0
    question_percent: float = 0
    statements: int = 0


@dataclass(frozen=True)
class Course:
    """The lessons in the order in which they are taught, the ways through them, and their promise.

    ``start`` and ``laboratory`` are the notebooks for the first day and for one's own laboratory;
    ``extra`` are those for trainers and examiners, which are no lessons.
    """

    title: Text
    start: str
    lessons: tuple[Lesson, ...]
    laboratory: str = ""
    extra: tuple[str, ...] = ()
    paths: tuple[LearningPath, ...] = ()
    promise: Promise = Promise()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Profile:
    """An institution's own clause numbers and limits, laid over the catalogue."""

    name: str
    clauses: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True)
class Interval:
    """A confidence interval; ``confidence`` is a share, e.g. 0.95."""

    low: float
    high: float
    confidence: float
    method: str


@dataclass(frozen=True)
class Measurement(Shown):
    """One measured quantity with its unit; ``n`` is the number of things it rests on."""

    quantity: str
    value: float
    unit: str
    n: int | None = None
    interval: Interval | None = None
    notes: tuple[str, ...] = ()

    def shown(self) -> dict[str, str]:
        """Return value and unit on one line, then what the value rests on."""
        rows = {self.quantity.replace("_", " "): f"{words(self.value)} {self.unit}".strip()}
        if self.interval is not None:
            confidence = f"{self.interval.confidence * 100:g} % interval"
            rows[confidence] = f"{words(self.interval)} {self.unit}".strip()
        if self.n is not None:
            rows["n"] = str(self.n)
        if self.notes:
            rows["note"] = "; ".join(self.notes)
        return rows


@dataclass(frozen=True)
class Finding(Shown):
    """A measurement held against a limit."""

    limit: Limit
    outcome: Outcome
    measurement: Measurement | None
    reason: str

    def shown(self) -> dict[str, str]:
        """Return the outcome and its reason."""
        basis = f"{self.limit.bound}, {self.limit.provenance}"
        return {"outcome": str(self.outcome), "reason": self.reason, "limit": basis}
