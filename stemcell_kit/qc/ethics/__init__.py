"""Ethics review: category, consent, embryo clock and times of review."""
