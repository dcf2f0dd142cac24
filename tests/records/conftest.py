"""An empty database of each kind for one test."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

KINDS = ("sqlite", "postgresql")


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Make an empty database of a kind and return its address."""

    def made(kind: str) -> str:
        name = f"kit_{uuid.uuid4().hex[:12]}"
        if kind == "sqlite":
            return f"sqlite:///{(tmp_path / f'{name}.sqlite').as_posix()}"
        server = request.getfixturevalue("postgres")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    return made


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> str:
    """The address of an empty database, of each kind in turn."""
    return new_url(request.param)
