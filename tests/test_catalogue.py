"""The content files: what ships is whole and honest, and every fault of a broken folder is named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stemcell_kit.catalogue import Catalogue, load_catalogue, load_profile
from stemcell_kit.coverage import commitment_counts
from stemcell_kit.errors import BadInput, ContentError
from stemcell_kit.methods import methods
from stemcell_kit.model import BasisKind, Profile, Requirement
from stemcell_kit.paths import content_dir

TOPICS = "leg don est cul pas mor idn gen mrk dif via mic vec cry bnk inf qms dis tra wst mse"

SOURCES = """
[[source]]
key = "paper-2020"
title = "A paper"
where = "https://doi.org/10.0000/paper"
"""

COMMITMENTS = """
[[commitment]]
id = "c01"
statement.en = "Obey the law."
status = "seen"
basis = [{ kind = "literature", source = "paper-2020", supports = "duty" }]
"""

COURSE = """
title.en = "A course"
start = "00_start_here"
[[lesson]]
id = "identity"
notebook = "01_identity"
standard = "std-1"
minutes = 30
title.en = "Identity"
summary.en = "Compare two profiles."
"""

STANDARD = """
id = "std-1"
title.en = "A standard"
edition = "1"
status.en = "In force."
scope.en = "Cells."
topics = ["idn"]
not_established = []
"""

LIMITS = """
[[limit]]
id = "match"
quantity = "match_percent"
unit = "%"
label.en = "Match"
at_least = 90
grey = 80
basis = [{ kind = "literature", source = "paper-2020", supports = "criterion" }]

[[limit]]
id = "loci"
quantity = "loci"
unit = "loci"
label.en = "Loci"
at_least = 8
basis = [{ kind = "literature", source = "paper-2020", supports = "criterion" }]
"""

TOPIC = """
topic = "idn"
title.en = "Cell identity"

[[requirement]]
id = "idn-01"
severity = "critical"
statement.en = "Profile every line."
evidence.en = "A report."
method = "str_match"
criterion.en = "Published comparator: 90 % (paper 2020)."
failure.en = "Nobody profiles the line."
limits = ["match"]
commitments = ["c01"]
basis = [{ kind = "literature", source = "paper-2020", supports = "duty" }]

[[requirement]]
id = "idn-02"
severity = "major"
statement.en = "Search a database."
evidence.en = "A search record."
method = "str_match"
criterion.en = "Published comparator: no hit (paper 2020)."
failure.en = "Nobody searches."
basis = [{ kind = "literature", source = "paper-2020", supports = "criterion" }]
"""

SMALL = {
    "sources/std.toml": SOURCES,
    "commitments.toml": COMMITMENTS,
    "course.toml": COURSE,
    "limits/std-1.toml": LIMITS,
    "standards/std-1/standard.toml": STANDARD,
    "standards/std-1/idn.toml": TOPIC,
}

Change = Callable[[str, str, str], None]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A content folder with one standard, two requirements and two limits."""
    for name, words in SMALL.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8", newline="\n")
    return tmp_path / "content"


@pytest.fixture
def change(small: Path) -> Change:
    """Replace some words in one file of the small folder; the words must be there."""

    def replace(name: str, old: str, new: str) -> None:
        words = (small / name).read_text(encoding="utf-8")
        assert old in words
        (small / name).write_text(words.replace(old, new, 1), encoding="utf-8", newline="\n")

    return replace


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(content_dir())


def problems_of(content: Path, profile: Profile | None = None) -> list[tuple[str, str, str, str]]:
    with pytest.raises(ContentError) as caught:
        load_catalogue(content, profile=profile)
    return [(p.file, p.key, p.found, p.expected) for p in caught.value.problems]


def write_profile(folder: Path, words: str) -> Path:
    path = folder / "our-lab.toml"
    path.write_text(words, encoding="utf-8", newline="\n")
    return path


# --- what ships ----------------------------------------------------------------------------


@pytest.mark.locale
def test_iso_24603_has_120_requirements_in_the_order_of_its_topics(shipped: Catalogue) -> None:
    """The 120 statements are all there, numbered without a gap within each topic."""
    standard = shipped.standard("iso-24603")
    ids = [requirement.id for requirement in standard.requirements]

    assert [topic.id for topic in standard.topics] == TOPICS.split()
    assert len(ids) == 120
    for topic in TOPICS.split():
        own = [name for name in ids if name.startswith(topic)]
        assert own == [f"{topic}-{n:02d}" for n in range(1, len(own) + 1)]


STATEMENTS = {
    "iso-24603": 120,
    "gbt-40365": 100,
    "tcscb-common": 32,
    "tcscb-ethics": 37,
    "tcscb-nk": 28,
    "tcscb-mda": 28,
    "tcscb-nsc": 25,
    "tcscb-crc-organoid": 28,
    "tcscb-intestinal-organoid": 27,
    "tcscb-ev": 30,
}


def test_nine_standards_and_their_common_module_are_there(shipped: Catalogue) -> None:
    """455 statements in all, the common module counted once and included by the products."""
    assert {name: len(s.requirements) for name, s in shipped.standards.items()} == STATEMENTS
    assert sum(STATEMENTS.values()) == 455
    modules = [name for name, standard in shipped.standards.items() if standard.module]
    assert modules == ["tcscb-common"]
    including = {name for name, s in shipped.standards.items() if s.includes == ("tcscb-common",)}
    assert including == {name for name in STATEMENTS if name.startswith("tcscb-")} - {
        "tcscb-common",
        "tcscb-ethics",
    }


def test_every_standard_says_what_was_not_established(shipped: Catalogue) -> None:
    """And what of it was read; a module of the kit is no document to read."""
    for standard in shipped.standards.values():
        assert standard.not_established, standard.id
        assert standard.module or re.search(r"\b[Rr]ead\b", str(standard.status)), standard.id


def test_a_shared_duty_says_the_same(shipped: Catalogue) -> None:
    """A link leads from a later document to an earlier one or to the module, never within one."""
    links = [r for r in shipped.requirements.values() if r.same_as]
    assert len(links) > 10
    assert all(r.same_as.split("/")[0] != r.standard for r in links)


def test_every_commitment_rests_on_several_statements() -> None:
    """At least three duties stand behind each, a shared one counted once."""
    assert min(commitment_counts().values()) >= 3


def test_every_requirement_rests_on_a_known_source(shipped: Catalogue) -> None:
    """At least one basis each, and each basis leads to a source with a place to find it."""
    for requirement in shipped.requirements.values():
        assert requirement.basis, requirement.full_id
        assert all(shipped.source(basis.source).where for basis in requirement.basis)


def test_practice_says_how_sure_it_is(shipped: Catalogue) -> None:
    """Practice and nothing else uses the source `practice`, and gives its confidence."""
    holders = [
        *shipped.requirements.values(),
        *shipped.limits.values(),
        *shipped.commitments.values(),
    ]
    bases = [(holder.id, basis) for holder in holders for basis in holder.basis]

    for name, basis in bases:
        is_practice = basis.kind is BasisKind.PRACTICE
        assert is_practice == (basis.source == "practice"), name
        assert is_practice == bool(basis.confidence), name


def test_the_public_text_of_the_standard_supports_topics_only(shipped: Catalogue) -> None:
    """Only the abstract was read, so it can carry no duty and no number."""
    bases = [b for r in shipped.requirements.values() for b in r.basis]
    preview = [b for b in bases if b.source == "iso-24603-preview"]

    assert preview
    assert {basis.supports for basis in preview} == {"topic"}


def said(requirement: Requirement) -> str:
    parts = (
        requirement.statement,
        requirement.evidence,
        requirement.criterion,
        requirement.failure,
    )
    return " ".join(map(str, parts))


CLAIM = re.compile(
    r"(the standard|ISO(/\w+)? 24603(:\d+)?|GB/T 40365(-\d+)?|T/CSCB \d+(-\d+)?) "
    r"(requires|specifies|demands|prescribes)",
    re.IGNORECASE,
)


def test_no_requirement_claims_to_quote_the_standard(shipped: Catalogue) -> None:
    """The clauses were not read, so nothing may say what they ask for."""
    assert CLAIM.search("here the standard requires 90 %")
    assert CLAIM.search("GB/T 40365-2021 specifies 14 days")
    claims = [r.full_id for r in shipped.requirements.values() if CLAIM.search(said(r))]
    claims += [limit.id for limit in shipped.limits.values() if CLAIM.search(str(limit.label))]

    assert claims == []


def test_every_criterion_says_where_it_comes_from(shipped: Catalogue) -> None:
    """A reader can tell a published number from a default and from a calculation."""
    origins = ("published comparator", "common default", "computed")
    bare = [
        requirement.full_id
        for requirement in shipped.requirements.values()
        if not any(origin in str(requirement.criterion).lower() for origin in origins)
    ]

    assert bare == []


def test_every_method_is_in_the_kit(shipped: Catalogue) -> None:
    """A requirement is served by a QC method of the kit, or by documents."""
    known = {"documented", *methods()}
    strange = {
        requirement.full_id: requirement.method
        for requirement in shipped.requirements.values()
        if requirement.method not in known
    }

    assert strange == {}


def test_every_limit_of_a_standard_serves_one_of_its_requirements(shipped: Catalogue) -> None:
    """A limit that nothing names would be dead weight."""
    used = {name for r in shipped.requirements.values() for name in r.limits}

    assert set(shipped.limits) - used == set()


def test_a_grey_zone_lies_outside_its_limit(shipped: Catalogue) -> None:
    """Between `grey` and the bound is the doubt; inside the bound there is none."""
    for limit in shipped.limits.values():
        if limit.grey is None:
            continue
        floor = limit.at_least if limit.at_least is not None else limit.above
        ceiling = limit.at_most if limit.at_most is not None else limit.below
        assert (floor is not None and limit.grey < floor) or (
            ceiling is not None and limit.grey > ceiling
        ), limit.id


def test_the_clastr_limits_are_the_published_ones(shipped: Catalogue) -> None:
    """Tanabe 90 and 80, Masters 80 and 60, as the tool colours its scores."""
    tanabe, masters = shipped.limit("str-tanabe-related"), shipped.limit("str-masters-related")

    assert (tanabe.at_least, tanabe.grey) == (90, 80)
    assert (masters.at_least, masters.grey) == (80, 60)
    assert {basis.source for basis in (*tanabe.basis, *masters.basis)} == {"clastr"}


def test_seventeen_commitments_four_of_them_seen(shipped: Catalogue) -> None:
    """`seen` means that the pledge of 2016 says it; the others are reconstructed."""
    commitments = shipped.commitments.values()
    seen = [c for c in commitments if c.status == "seen"]

    assert list(shipped.commitments) == [f"c{n:02d}" for n in range(1, 18)]
    assert [c.id for c in seen] == ["c01", "c02", "c03", "c04"]
    assert all(c.basis[0].source == "cscb-pledge-2016" for c in seen)


def test_the_first_six_lessons_teach_iso_24603(shipped: Catalogue) -> None:
    """Each lesson has its own exercise and fits into 45 minutes."""
    lessons = [lesson for lesson in shipped.course.lessons if lesson.standard == "iso-24603"]

    assert [x.id for x in lessons] == ["origin", "identity", "genome", "state", "growth", "banking"]
    assert all(lesson.exercise == lesson.id for lesson in lessons)
    assert all(35 <= lesson.minutes <= 45 for lesson in lessons)


# --- a broken folder -----------------------------------------------------------------------


def test_the_small_folder_loads(small: Path) -> None:
    """The folder that the next tests break is whole before they do."""
    loaded = load_catalogue(small)

    assert list(loaded.requirements) == ["std-1/idn-01", "std-1/idn-02"]


def test_an_unknown_key_is_named_with_the_known_ones(small: Path, change: Change) -> None:
    """A typing error in a key shows what could have been meant."""
    change("sources/std.toml", 'key = "paper-2020"', 'key = "paper-2020"\nlicense = "CC0"')

    (problem,) = problems_of(small)
    assert problem == (
        "sources/std.toml",
        "source[paper-2020]",
        "unknown 'license'",
        "only key, title, where, licence",
    )


def test_a_missing_topic_file_is_a_problem_of_its_own(small: Path) -> None:
    """A topic that the standard lists needs its file."""
    (small / "standards/std-1/idn.toml").unlink()

    assert ("standards/std-1/idn.toml", "(file)", "no file", "a TOML file") in problems_of(small)


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "found", "kind"),
    [
        ("standards/std-1/idn.toml", '"match"', '"macth"', "idn-01", "macth", "limit"),
        ("standards/std-1/idn.toml", '"c01"', '"c99"', "idn-01", "c99", "commitment"),
        ("limits/std-1.toml", "paper-2020", "paper-2021", "match", "paper-2021", "source"),
        ("course.toml", "std-1", "std-2", "identity", "std-2", "standard"),
    ],
)
def test_a_reference_into_nothing_is_named(
    small: Path, change: Change, name: str, old: str, new: str, key: str, found: str, kind: str
) -> None:
    """Sources, limits, commitments and standards must exist where they are named."""
    change(name, old, new)

    (problem,) = problems_of(small)
    assert key in problem[1]
    assert problem[2:] == (repr(found), f"the id of a known {kind}")


def test_all_faults_of_all_files_are_reported_together(small: Path, change: Change) -> None:
    """Six faults in four files come in one report, so an author mends them in one go."""
    topic, limits = "standards/std-1/idn.toml", "limits/std-1.toml"
    change("sources/std.toml", 'key = "paper-2020"', 'key = "paper-2020"\nlicense = "CC0"')
    change("course.toml", 'start = "00_start_here"', "start = ")
    change(topic, '"critical"', '"severe"')
    change(
        topic, 'source = "paper-2020", supports = "criterion"', 'source = "x", supports = "duty"'
    )
    change(limits, 'unit = "loci"\n', "")
    change(limits, 'id = "loci"', 'id = "match"')

    found = problems_of(small)

    named = {(file, key, seen) for file, key, seen, _ in found}
    assert ("sources/std.toml", "source[paper-2020]", "unknown 'license'") in named
    assert (topic, "requirement[idn-01].severity", "'severe'") in named
    assert (topic, "requirement[idn-02].basis", "'x'") in named
    assert (limits, "limit[match]", "it missing") in named
    assert [expected for file, *_, expected in found if file == "course.toml"] == [
        "valid TOML in UTF-8"
    ]
    assert [f for f, _, seen, _ in found if seen == "'match' twice"] != []
    assert len(found) == 6


def test_the_report_counts_its_problems_and_shows_each(small: Path, change: Change) -> None:
    """The message is the whole report: count, then file, key, found and expected per line."""
    change("standards/std-1/idn.toml", '"critical"', '"severe"')
    change("limits/std-1.toml", 'unit = "loci"\n', "")

    with pytest.raises(ContentError) as caught:
        load_catalogue(small)

    head, *lines = str(caught.value).splitlines()
    assert head == "2 problems in the content files"
    assert any("limits/std-1.toml: limit[loci]" in line and "unit" in line for line in lines)
    assert any("found 'severe'; expected one of critical, major, minor" in line for line in lines)


# --- the profile of an institution ---------------------------------------------------------

PROFILE = """
name = "Our laboratory, 2026"
[clauses]
"std-1/idn-01" = "8.2"
[limits.match]
at_least = 95
"""


def test_a_profile_sets_a_limit_and_signs_it(small: Path, tmp_path: Path) -> None:
    """The own bound replaces the shipped one and its grey zone; other limits stay."""
    path = write_profile(tmp_path, PROFILE)
    loaded = load_catalogue(small, profile=load_profile(path))

    match, loci = loaded.limit("match"), loaded.limit("loci")
    assert (match.at_least, match.grey, match.overridden_by) == (95, None, "Our laboratory, 2026")
    assert (loci.at_least, loci.overridden_by) == (8, "")
    assert loaded.profile.clauses == {"std-1/idn-01": "8.2"}


def test_a_profile_carries_the_digest_of_its_file(tmp_path: Path) -> None:
    """A report that names the digest names exactly one profile."""
    path = write_profile(tmp_path, PROFILE)

    assert load_profile(path).digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_without_a_profile_nothing_is_overridden(small: Path) -> None:
    """The shipped limits stand until an institution says otherwise."""
    assert {limit.overridden_by for limit in load_catalogue(small).limits.values()} == {""}


def test_unknown_ids_in_a_profile_are_refused(small: Path, tmp_path: Path) -> None:
    """A limit or a clause for something that does not exist is a typing error, not a wish."""
    words = PROFILE.replace("limits.match", "limits.macth").replace("idn-01", "idn-99")
    profile = load_profile(write_profile(tmp_path, words))

    assert set(problems_of(small, profile)) == {
        ("profile", "limits.macth", "'macth'", "the id of a known limit"),
        ("profile", "clauses.std-1/idn-99", "'std-1/idn-99'", "the id of a known requirement"),
    }


def test_a_profile_without_a_name_is_refused(tmp_path: Path) -> None:
    """Reports print the name of the profile in force, so it needs one."""
    with pytest.raises(ContentError, match="expected name"):
        load_profile(write_profile(tmp_path, "[limits.match]\nat_least = 95\n"))


def test_a_profile_that_is_not_there_is_explained(tmp_path: Path) -> None:
    """The message says which file, and what to do."""
    with pytest.raises(BadInput, match=r"nowhere\.toml cannot be read .* check the path"):
        load_profile(tmp_path / "nowhere.toml")


def test_a_misspelt_id_suggests_the_right_one(small: Path) -> None:
    """Asking for a limit that is nearly there gets its name."""
    with pytest.raises(BadInput, match="did you mean match"):
        load_catalogue(small).limit("macth")


def test_every_statement_speaks_chinese(shipped: Catalogue) -> None:
    """Titles, topics and statements; their evidence and criteria are English only so far."""
    silent = [r.full_id for r in shipped.requirements.values() if "zh-CN" not in r.statement]
    for standard in shipped.standards.values():
        silent += [standard.id] * ("zh-CN" not in standard.title)
        silent += [f"{standard.id}/{t.id}" for t in standard.topics if "zh-CN" not in t.title]

    assert silent == []


def test_paths_lead_through_every_lesson(shipped: Catalogue) -> None:
    """Six roles and a path for each product; no lesson is on no path, and all end in the declaration."""
    paths = shipped.course.paths
    roles = {path.id for path in paths if path.kind == "role"}

    assert roles == {
        "bench-scientist", "qc-analyst", "bank-manager", "ethics-reviewer", "product-developer",
        "trainer",
    }  # fmt: skip
    assert sum(path.kind == "product" for path in paths) == 7
    walked = {lesson for path in paths for lesson in path.lessons}
    assert walked == {lesson.id for lesson in shipped.course.lessons}
    assert all(path.lessons[-1] == "declaration" for path in paths)
