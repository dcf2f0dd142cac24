"""Everything that the records hold as one JSON file, to keep or to carry to another place."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from stemcell_kit import __version__
from stemcell_kit.errors import BadInput
from stemcell_kit.records.database import HEAD, writing
from stemcell_kit.records.store import Records
from stemcell_kit.records.tables import SettingRow, Table, Utc

__all__ = ["export_records", "import_records"]

FORMAT = "stemcell-kit-records"

Rows = dict[str, list[dict[str, Any]]]


def export_records(records: Records, path: str | Path) -> dict[str, int]:
    """Write all records to one JSON file with a checksum, and return how many of each kind.

    Raises
    ------
    BadInput
        The file cannot be written there.
    """
    # one transaction, so that nothing changes between two tables
    with writing(records.engine) as connection:
        tables = {table.name: _rows_of(connection, table) for table in _tables()}
    archive = {
        "format": FORMAT,
        "form": HEAD,
        "kit": __version__,
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": _checksum(tables),
        "tables": tables,
    }
    try:
        Path(path).write_text(json.dumps(archive, indent=1), encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror}); name another place") from None
    return {name: len(rows) for name, rows in tables.items()}


def import_records(records: Records, path: str | Path) -> dict[str, int]:
    """Fill empty records from a file that :func:`export_records` wrote; all of it or nothing.

    Raises
    ------
    BadInput
        The file is no such export, is damaged, is of a newer kit, or these records are not empty.
        Nothing was changed then.
    """
    tables = _checked(Path(path))
    with writing(records.engine) as connection:
        held = {table.name: _count(connection, table) for table in _tables()}
        if any(held.values()):
            found = ", ".join(f"{count} {name}" for name, count in held.items() if count)
            raise BadInput(
                f"these records already hold {found}; an import would mix two histories. Name an "
                "empty place in STEMCELL_KIT_DATABASE and import there."
            )
        for table in _tables():
            if tables[table.name]:
                connection.execute(insert(table), _typed(table, tables[table.name]))
            _continue_numbers(connection, table)
    return {name: len(rows) for name, rows in tables.items()}


def _tables() -> list[Any]:
    return list(Table.metadata.sorted_tables)


def _rows_of(connection: Connection, table: Any) -> list[dict[str, Any]]:
    query = _own_rows(select(table), table).order_by(*table.primary_key.columns)
    return [
        {name: v.isoformat() if isinstance(v, datetime) else v for name, v in row.items()}
        for row in connection.execute(query).mappings()
    ]


def _count(connection: Connection, table: Any) -> int:
    return int(connection.scalar(_own_rows(select(func.count()).select_from(table), table)) or 0)


def _own_rows(query: Any, table: Any) -> Any:
    """Leave out what a database says about itself."""
    if table.name == SettingRow.__tablename__:
        return query.where(table.c.person != "(kit)")
    return query


def _typed(table: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    moments = {column.name for column in table.columns if isinstance(column.type, Utc)}
    return [
        {n: datetime.fromisoformat(v) if n in moments and v else v for n, v in row.items()}
        for row in rows
    ]


def _continue_numbers(connection: Connection, table: Any) -> None:
    """Tell PostgreSQL's counter which numbers an import has used; SQLite looks for itself."""
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                f"coalesce(max(id), 0) + 1, false) FROM {table.name}"
            )
        )


# --- is it one of ours, and whole? ---------------------------------------------------------


def _checked(path: Path) -> Rows:
    try:
        archive = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}); check the path") from None
    except (ValueError, RecursionError):
        raise BadInput(f"{path} is no whole JSON file; export the records again") from None
    if not isinstance(archive, dict) or archive.get("format") != FORMAT:
        raise BadInput(f"{path} is no export of the kit's records; choose one that the kit wrote")
    if archive.get("form") != HEAD:
        raise BadInput(
            f"{path} has form {archive.get('form')}, this kit reads form {HEAD}. Open the records "
            "with the kit that wrote them, update it, and export again."
        )
    tables: Any = archive.get("tables")
    if archive.get("sha256") != _checksum(tables):
        raise BadInput(f"{path} was changed or damaged: its checksum does not fit its content")
    _check_shape(path, tables)
    return dict(tables)


def _check_shape(path: Path, tables: Any) -> None:
    expected = {table.name: {column.name for column in table.columns} for table in _tables()}
    if not isinstance(tables, dict) or tables.keys() != expected.keys():
        raise BadInput(f"{path} lacks some of {', '.join(expected)}; export the records again")
    for name, rows in tables.items():
        if not isinstance(rows, list) or any(
            not isinstance(row, dict) or row.keys() != expected[name] for row in rows
        ):
            raise BadInput(
                f"{path}: a row of {name} has not the columns "
                f"{', '.join(sorted(expected[name]))}; export the records again"
            )


def _checksum(tables: Any) -> str:
    canonical = json.dumps(tables, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
