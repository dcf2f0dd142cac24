"""What it costs to grade a class, and whether the scores are those of stock nbgrader."""
