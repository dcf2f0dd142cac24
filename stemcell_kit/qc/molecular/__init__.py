"""Amounts and calls by PCR: standard curves, relative quantities, digital counts."""
