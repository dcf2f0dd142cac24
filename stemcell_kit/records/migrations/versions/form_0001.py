"""Answers, predictions, grades and settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of the first form."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "answers",
        sa.Column("assessment", sa.String(200), primary_key=True),
        sa.Column("requirement", sa.String(200), primary_key=True),
        sa.Column("score", sa.Integer, nullable=True),
        sa.Column("not_applicable", sa.Boolean, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("reason", "evidence", "owner", "due", "note")
        ),
        sa.Column("answered_at", moment, nullable=False),
        sa.Column("answered_by", sa.String, nullable=False),
    )
    op.create_table(
        "predictions",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("prediction", sa.String(200), primary_key=True),
        sa.Column("option", sa.Integer, nullable=False),
        sa.Column("answered_at", moment, nullable=False),
    )
    op.create_table(
        "grades",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("exercise", sa.String(200), nullable=False, index=True),
        sa.Column("learner", sa.String(200), nullable=False, index=True),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("max_points", sa.Float, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("graded_at", moment, nullable=False),
    )
    settings = op.create_table(
        "settings",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
    op.bulk_insert(settings, [{"person": "(kit)", "name": "schema_version", "value": "1"}])


def downgrade() -> None:
    """There is nothing before the first form."""
    raise NotImplementedError("records are never taken back to an older form; restore a backup")
