"""Walls between a learner's code and everything else."""
