"""Older records become newer ones with everything in them; newer ones are left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

import stemcell_kit.records.database as database
from stemcell_kit.records import Records, RecordsUnavailable
from stemcell_kit.records.tables import Table

FIRST_FORM = Path(__file__).parent / "form_0001.sql"


def first_form(url: str) -> None:
    """Make records as the first release wrote them."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in FIRST_FORM.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
    engine.dispose()


def test_the_newest_migration_is_the_form_of_the_kit() -> None:
    """A forgotten number would leave everybody's records as they are."""
    home = Path(database.__file__).parent / "migrations"
    assert ScriptDirectory(str(home)).get_current_head() == database.HEAD


def test_migrations_and_tables_say_the_same(url: str) -> None:
    """Alembic finds no difference between what it made and what the code expects."""
    records = Records(url)
    with records.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Table.metadata) == []


def test_records_of_the_first_form_are_read_on(url: str) -> None:
    """Answers, predictions, grades and settings are there; each answer's history begins."""
    first_form(url)
    records = Records(url)

    answer = records.answer("default", "iso-24603/idn-01")
    assert (answer.score, answer.evidence, answer.version) == (2, "SOP-12 细胞", 1)
    (change,) = records.history("default", "iso-24603/idn-01")
    assert (change.after, change.changed_by) == ({"score": 2, "evidence": "SOP-12 细胞"}, "OP-03")
    assert change.changed_at == answer.answered_at
    assert records.answer("default", "iso-24603/idn-02").not_applicable
    assert records.predictions(who="OP-03") == {"identity/swap": 2}
    assert records.grades(learner="L-01")[0].points == 7.5
    assert records.setting("laboratory:default", who="OP-03") == "Bank 7"
    records.save_answer("default", "iso-24603/idn-01", by="OP-07", score=3)
    assert [change.version for change in records.history("default", "iso-24603/idn-01")] == [1, 2]


def test_a_kit_of_the_first_form_refuses_upgraded_records(new_url: Callable[[str], str]) -> None:
    """It looks at one setting, and must not write answers past the history."""
    url = new_url("sqlite")
    first_form(url)
    Records(url)

    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        query = "SELECT value FROM settings WHERE person = '(kit)' AND name = 'schema_version'"
        (form,) = connection.execute(query).fetchone()
    connection.close()
    assert int(form) > 1


def test_records_of_a_newer_kit_are_refused_untouched(url: str) -> None:
    """An old kit does not write into a form it does not know."""
    records = Records(url)
    with records.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))

    with pytest.raises(RecordsUnavailable, match=r"form 0099; this kit knows .*Update the kit"):
        Records(url)
    with records.engine.connect() as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0099"
        )
