"""Certification: what an examining body does with the course, and what others can check of it."""
