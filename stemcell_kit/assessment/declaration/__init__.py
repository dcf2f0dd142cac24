"""The self-discipline declaration: what supports it, the document, its page and PDF, its signature.

The kit never states that a laboratory conforms; it states what was answered and what was shown.
"""

from __future__ import annotations

from stemcell_kit.assessment.declaration.commitments import Support, commitment_states
from stemcell_kit.assessment.declaration.document import Declarant, declare

__all__ = ["Declarant", "Support", "commitment_states", "declare"]
