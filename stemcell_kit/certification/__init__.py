"""Examinations: statistics of their results, similarity of their submissions."""
