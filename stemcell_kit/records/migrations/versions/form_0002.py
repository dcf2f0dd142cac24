"""Every change of an answer is kept, with who made it and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SAID = ("score", "not_applicable", "reason", "evidence", "owner", "due", "note")


def upgrade() -> None:
    """Count the changes of each answer, and begin its history with what it says today."""
    op.add_column(
        "answers", sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1"))
    )
    changes = op.create_table(
        "answer_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("assessment", sa.String(200), nullable=False),
        sa.Column("requirement", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String, nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
        sa.Column("conflict", sa.Boolean, nullable=False),
    )
    op.create_index(
        "one_change_a_version",
        "answer_changes",
        ["assessment", "requirement", "version"],
        unique=True,
    )
    _begin_histories(changes)
    # a kit that knows only the first form refuses these records instead of losing history
    op.execute("UPDATE settings SET value = '2' WHERE person = '(kit)'")


def downgrade() -> None:
    """History is not thrown away."""
    raise NotImplementedError("records are never taken back to an older form; restore a backup")


def _begin_histories(changes: sa.Table) -> None:
    answers = sa.table(
        "answers",
        sa.column("assessment"),
        sa.column("requirement"),
        sa.column("score"),
        sa.column("not_applicable", sa.Boolean),
        *(sa.column(name) for name in _SAID[2:]),
        sa.column("answered_at", sa.DateTime(timezone=True)),
        sa.column("answered_by"),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(answers)).mappings().all():
        empty = {"score": None, "not_applicable": False, **dict.fromkeys(_SAID[2:], "")}
        after = {name: row[name] for name in _SAID if row[name] != empty[name]}
        connection.execute(
            changes.insert(),
            {
                "assessment": row["assessment"],
                "requirement": row["requirement"],
                "version": 1,
                "changed_at": row["answered_at"],
                "changed_by": row["answered_by"],
                "before": {name: empty[name] for name in after},
                "after": after,
                "conflict": False,
            },
        )
