"""Credentials that anyone can check: issuer, issuing, revocation, checking, certificate, page.

A credential is an Open Badge 3.0, which is a W3C Verifiable Credential 2.0, with two signatures
over the same words (``proof.py`` says why).
"""

from __future__ import annotations

from stemcell_kit.certification.credential.check import Checked, check_credential
from stemcell_kit.certification.credential.issuer import Issuer, new_issuer
from stemcell_kit.certification.credential.issuing import issue, revoke

__all__ = ["Checked", "Issuer", "check_credential", "issue", "new_issuer", "revoke"]
