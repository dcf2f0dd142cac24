"""The gap report: whole, honest and safe to open."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stemcell_kit import language
from stemcell_kit.assessment import Checklist, write_report
from stemcell_kit.assessment.gap_report import gap_report_html
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Profile

NASTY = "<script>alert(\"x\")</script> & 'quoted' 🧫 خلايا"


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def seen(html: str) -> _Seen:
    parser = _Seen()
    parser.feed(html)
    return parser


def test_every_word_of_a_user_is_escaped(checklist: Checklist) -> None:
    """Markup, quotes, emoji and Arabic arrive as text, in each field of gaps and answers."""
    checklist.laboratory = NASTY
    words = dict.fromkeys(("evidence", "owner", "note"), NASTY)
    checklist.answer("std/idn-01", score=0, **words)
    checklist.answer("std/via-01", score="n/a", reason=NASTY, **words)
    page = seen(gap_report_html(checklist))

    assert "script" not in page.tags
    assert page.words.count(NASTY) == 1 + 3 + 3 + 4


def test_nothing_is_fetched_and_nothing_runs(checklist: Checklist) -> None:
    """No script, link, image or imported style."""
    html = gap_report_html(checklist)
    page = seen(html)

    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "form"}
    assert page.links == []
    assert "url(" not in html and "@import" not in html


def test_the_three_figures_stand_together(checklist: Checklist) -> None:
    """Score, coverage and open critical items are never shown one without the others."""
    checklist.answer("std/idn-01", score=2)
    figures = re.findall(r'<dd class="figure">(.*?)</dd>', gap_report_html(checklist))

    assert figures == ["27 %", "66 %", "25 %", "1"]


def test_gaps_are_listed_critical_first(checklist: Checklist) -> None:
    """An unanswered critical item is a gap; an unanswered minor one is listed as unanswered."""
    checklist.answer("std/via-01", score=0)
    checklist.answer("std/idn-01", score=1)
    html = gap_report_html(checklist)
    gaps, rest = html.split("<h2>By topic</h2>")

    assert re.findall(r"Statement of (\S+?)\.", gaps) == ["via-02", "idn-01", "via-01"]
    assert "Evidence of via-02." in gaps and "Failure of via-02." in gaps
    unanswered, answered = rest.split("<h2>Answered items by topic</h2>")
    assert re.findall(r"Statement of (\S+?)\.", unanswered) == ["idn-02"]
    assert re.findall(r"Statement of (\S+?)\.", answered) == ["idn-01", "via-01"]


def test_the_report_says_where_its_criteria_come_from(checklist: Checklist) -> None:
    """Status of the standard, what was not established, the sources; no clause of our own."""
    words = " ".join(seen(gap_report_html(checklist)).words)

    assert "Not read." in words and "All of it." in words
    assert "A paper <of> 2020. https://x.org" in words
    assert "never a quotation of the standard" in words
    assert "clause" not in words.replace("Limits and clause numbers", "")


def test_a_profile_is_named_with_its_digest_and_its_clauses(
    checklist_under: Callable[[Profile], Checklist],
) -> None:
    """The reader can tell by whose limits the laboratory was judged."""
    profile = Profile("Bank & Sons", clauses={"std/idn-01": "8.2.1"}, digest="ab12")
    words = " ".join(seen(gap_report_html(checklist_under(profile))).words)

    assert "Bank & Sons" in words and "SHA-256 ab12" in words
    assert "your copy: 8.2.1" in words


def test_the_file_is_utf8_with_the_given_date(checklist: Checklist, tmp_path: Path) -> None:
    """The same answers and date give the same bytes on every system."""
    path = write_report(checklist, tmp_path / "report.html", on=date(2026, 3, 31))
    raw = path.read_bytes()

    assert "2026-03-31" in raw.decode("utf-8")
    assert b"\r" not in raw and b'<meta charset="utf-8">' in raw


def test_a_place_that_cannot_be_written_is_explained(checklist: Checklist, tmp_path: Path) -> None:
    """A missing folder gives advice instead of a traceback."""
    with pytest.raises(BadInput, match="could not be written"):
        write_report(checklist, tmp_path / "missing" / "report.html")


def test_the_report_speaks_the_reader_s_language(
    checklist: Checklist, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Chinese the page says so and has Chinese headings."""
    monkeypatch.setattr(language, "_chosen", "zh-CN")
    html = gap_report_html(checklist)

    assert '<html lang="zh-CN">' in html and "<h2>差距</h2>" in html
