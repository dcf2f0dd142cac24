"""Risk beside the answer, evidence with its digest, and every report that was written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what a quality manager asks for beside a score."""
    moment = sa.DateTime(timezone=True)
    op.add_column("answers", sa.Column("occurrence", sa.Integer, nullable=True))
    op.add_column("answers", sa.Column("detectability", sa.Integer, nullable=True))
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("assessment", sa.String(200), nullable=False),
        sa.Column("requirement", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
        sa.Column("added_at", moment, nullable=False),
        sa.Column("added_by", sa.String, nullable=False),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("withdrawn_by", sa.String, nullable=False),
    )
    op.create_index("evidence_of_an_answer", "evidence", ["assessment", "requirement"])
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("assessment", sa.String(200), nullable=False, index=True),
        sa.Column("standard", sa.String(200), nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("profile_digest", sa.String(64), nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.Column("written_by", sa.String, nullable=False),
    )
    op.execute("UPDATE settings SET value = '3' WHERE person = '(kit)'")


def downgrade() -> None:
    """Evidence is not thrown away."""
    raise NotImplementedError("records are never taken back to an older form; restore a backup")
