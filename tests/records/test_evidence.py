"""What an answer rests on, the reports that were written, and what was said on an earlier day."""

from __future__ import annotations

from datetime import timedelta

from stemcell_kit.records import Answer, Records

PLACE = ("default", "std/idn-01")


def test_evidence_is_added_in_order_and_belongs_to_one_answer(url: str) -> None:
    """A link, a file with its digest, a computation with its result."""
    records = Records(url)
    records.save_evidence(*PLACE, kind="link", reference="SOP-12")
    records.save_evidence(*PLACE, kind="file", reference="str.csv", sha256="a" * 64)
    records.save_evidence(
        "default", "std/idn-02", kind="qc", reference="str.csv", result={"value": 96.0}
    )

    assert [one.kind for one in records.evidence(*PLACE)] == ["link", "file"]
    assert records.evidence("default", "std/idn-02")[0].result == {"value": 96.0}
    assert len(records.evidence("default")) == 3
    assert records.evidence("spring") == ()


def test_withdrawn_evidence_stays_readable(url: str) -> None:
    """It no longer counts, and who withdrew it and when is kept; a second time changes nothing."""
    records = Records(url)
    records.save_evidence(*PLACE, kind="link", reference="SOP-12")
    (one,) = records.evidence(*PLACE)
    records.withdraw_evidence(one.id)
    (gone,) = records.evidence(*PLACE, withdrawn=True)
    records.withdraw_evidence(one.id)

    assert records.evidence(*PLACE) == ()
    assert gone.withdrawn_by and gone.withdrawn_at is not None
    assert records.evidence(*PLACE, withdrawn=True) == (gone,)


def test_the_answers_of_an_earlier_day_can_be_read(url: str) -> None:
    """Field by field as it stood then; later answers are not there yet."""
    records = Records(url)
    first = records.save_answer(*PLACE, by="OP-03", score=1, note="asked QA")
    records.save_answer(*PLACE, by="OP-07", score=3)
    records.save_answer("default", "std/idn-02", score=2)
    assert first is not None

    then = records.answers_at("default", first.changed_at)
    assert then == {
        "std/idn-01": Answer(
            *PLACE,
            score=1,
            note="asked QA",
            answered_at=first.changed_at,
            answered_by="OP-03",
            version=1,
        )
    }
    assert records.answers_at("default", first.changed_at - timedelta(seconds=1)) == {}
    latest = records.history("default")[-1].changed_at
    assert records.answers_at("default", latest) == records.answers("default")


def test_every_report_is_noted_with_its_figures(url: str) -> None:
    """What was written, under which profile, by whom."""
    records = Records(url)
    records.save_report(
        assessment="default",
        standard="std",
        file="gap.html",
        sha256="b" * 64,
        profile="Bank 7",
        profile_digest="c" * 64,
        figures={"percent": 66},
    )

    (report,) = records.reports("default")
    assert (report.file, report.profile, report.figures) == ("gap.html", "Bank 7", {"percent": 66})
    assert report.written_by and report.written_at.tzinfo is not None
