"""One open database: how its rows are read and written, whatever they are about."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from stemcell_kit.records.database import explained, open_engine, upgrade, writing

__all__ = ["OpenDatabase", "insert_or", "now"]


class OpenDatabase:
    """A records database at one address (SQLite or PostgreSQL), in the form of this kit."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        # a server's connections are given back when nobody holds these records any more
        weakref.finalize(self, self.engine.dispose)
        upgrade(self.engine)

    def rows(self, query: Any) -> list[Any]:
        """Return the rows that a query finds."""
        with explained(self.engine), Session(self.engine) as session:
            return list(session.scalars(query))

    def add(self, table: Any, **values: Any) -> None:
        """Add one row."""
        with writing(self.engine) as connection:
            connection.execute(insert(table).values(**values))

    def upsert(self, table: Any, key: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        """Set these fields of the row of this key; add the row where there is none."""
        with writing(self.engine) as connection:
            statement = insert_or(connection, table).values(**key, **fields)
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(key), set_=dict(fields))
            )


def insert_or(connection: Connection, table: Any) -> Any:
    """Return an insert that can say what to do when the row is there already."""
    dialect: Any = {"sqlite": sqlite, "postgresql": postgresql}[connection.dialect.name]
    return dialect.insert(table)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)
