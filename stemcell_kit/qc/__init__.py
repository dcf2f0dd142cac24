"""The quality-control methods, one module each, and the registry that requirements refer to.

Importing this package loads no method: ``METHODS["str_match"].load()`` does, when it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

__all__ = ["METHODS", "Method"]


@dataclass(frozen=True)
class Method:
    """A quality-control method: its id, its module and where its calculation comes from."""

    id: str
    module: str
    source: str

    @property
    def title_key(self) -> str:
        """The message that names the method to a reader, e.g. ``method.str_match``."""
        return f"method.{self.id}"

    def load(self) -> ModuleType:
        """Import the module of the method."""
        return import_module(self.module)


def _method(method_id: str, source: str) -> Method:
    return Method(method_id, f"{__name__}.{method_id}", source)


METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        _method("str_match", "Robin et al. 2019, doi 10.1002/ijc.32639 (CLASTR counting rules)"),
        _method("mosaicism", "Hook 1977, Am J Hum Genet 29:94-97; Richkind & Risch 1990"),
        _method("iscn", "ISCN nomenclature as used in published karyotypes; clone rule of ISCN"),
        _method("copy_number", "comparative Cq method and Poisson statistics of digital PCR"),
        _method("flow_percent", "Wilson interval; control-percentile gating as commonly practised"),
        _method("growth", "exponential growth: doublings are log2 of harvested over seeded"),
        _method("cell_count", "chamber geometry and Poisson counting statistics"),
        _method("proportionality", "Sarkar et al. 2017, doi 10.1016/j.jcyt.2017.08.014; COMET"),
        _method("control_chart", "Levey-Jennings chart with the Westgard rules"),
        _method("nat_call", "run logic of nucleic acid tests with internal and run controls"),
        _method("agreement", "Cohen 1960; standard error of Fleiss, Cohen & Everitt 1969"),
        _method("identifiers", "ISO 8601 dates; hPSCreg and Cellosaurus naming"),
    )
}
