"""Bacterial endotoxin: curve, recovery, limits, gel clot and the whole run."""
