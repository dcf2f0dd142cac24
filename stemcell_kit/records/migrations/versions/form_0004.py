"""Answers to quiz questions, and every declaration that was written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a place for answers that are more than one option, and for declarations."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "quiz_answers",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("question", sa.String(200), primary_key=True),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("answered_at", moment, nullable=False),
    )
    op.create_table(
        "declarations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("declarant", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False, index=True),
        sa.Column("standards", sa.JSON, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("good_faith", sa.Boolean, nullable=False),
        sa.Column("signed_by", sa.String(200), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.Column("written_by", sa.String, nullable=False),
    )
    op.execute("UPDATE settings SET value = '4' WHERE person = '(kit)'")


def downgrade() -> None:
    """Answers are not thrown away."""
    raise NotImplementedError("records are never taken back to an older form; restore a backup")
