"""Whether a document has the form of a credential, a status list or an issuer's document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from stemcell_kit.certification.credential.settings import settings
from stemcell_kit.language import say
from stemcell_kit.paths import content_dir

__all__ = ["fault_of"]

CONTEXTS = {"credential": "contexts", "status": "status_contexts"}


def fault_of(document: Mapping[str, Any], form: str) -> str:
    """Say where a document leaves its form; empty text if it does not.

    Parameters
    ----------
    form
        ``credential``, ``status`` or ``issuer-document``.
    """
    named = CONTEXTS.get(form)
    # the contexts say what every other word means: with others, the same words say other things
    if named and document.get("@context") != list(getattr(settings(), named)):
        return say("credential.form-context")
    fault = next(iter(_validator(form).iter_errors(document)), None)
    if fault is None:
        return ""
    place = [*map(str, fault.absolute_path)]
    if fault.validator == "required":
        place.append(next(name for name in fault.validator_value if name not in fault.instance))
    return say("credential.form-place", place=".".join(place))


@cache
def _validator(form: str) -> Any:
    from jsonschema import Draft202012Validator

    path = content_dir() / "schemas" / "credential-form.schema.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    return Draft202012Validator({**whole, "$ref": f"#/$defs/{form}"})
