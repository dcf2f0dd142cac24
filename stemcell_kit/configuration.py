"""What an institution sets once for all of its computers' users: one file, or the environment.

The file is ``config.toml`` in the user's configuration folder, or the one that
``STEMCELL_KIT_CONFIG`` names; ``STEMCELL_KIT_DATABASE`` and the like come before it.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path

from stemcell_kit.errors import BadInput

__all__ = ["SETTINGS", "configuration_file", "configured"]

SETTINGS = ("database", "font", "language", "profile")


def configured(name: str) -> str:
    """Return a setting: the environment's, else the file's, else empty text.

    Raises
    ------
    BadInput
        The file cannot be read, or holds something that is no setting.
    """
    return os.environ.get(f"STEMCELL_KIT_{name.upper()}") or _settings(configuration_file()).get(
        name, ""
    )


def configuration_file() -> Path:
    """Return where the file is, or would be."""
    from platformdirs import user_config_dir

    named = os.environ.get("STEMCELL_KIT_CONFIG")
    return Path(named or Path(user_config_dir("stemcell-kit", appauthor=False)) / "config.toml")


@cache
def _settings(path: Path) -> dict[str, str]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(f"the settings in {path} cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            f"the settings in {path} are no TOML ({error}); write lines such as "
            'database = "postgresql+psycopg://user@server/name"'
        ) from None
    for name, value in found.items():
        if name not in SETTINGS:
            raise BadInput(f"{path} sets {name!r}; it may set {', '.join(SETTINGS)}")
        if not isinstance(value, str):
            raise BadInput(f"{path} sets {name} to {value!r}; expected text in quotes")
    return found
