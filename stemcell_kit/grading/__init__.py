"""Grading of exercises: one submission in, a score per question and what to reread out."""
