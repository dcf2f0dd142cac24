"""What helps a learner learn: predictions, cases, checks that teach, progress."""
