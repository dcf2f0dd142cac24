"""Answers to quiz questions, which may be several options, an order or pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a place for answers that are more than one option."""
    op.create_table(
        "quiz_answers",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("question", sa.String(200), primary_key=True),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute("UPDATE settings SET value = '4' WHERE person = '(kit)'")


def downgrade() -> None:
    """Answers are not thrown away."""
    raise NotImplementedError("records are never taken back to an older form; restore a backup")
