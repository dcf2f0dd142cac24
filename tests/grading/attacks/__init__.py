"""Hostile submissions, each tried on stock nbgrader and on our engine."""
