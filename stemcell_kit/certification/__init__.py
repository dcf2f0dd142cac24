"""Exams: from a blueprint to forms, from what is handed in to a decision that can be appealed.

An exam lives in a folder of its own, outside the course. It says who solved which tasks on which
day; it is not a certificate of conformity to the standards.
"""
