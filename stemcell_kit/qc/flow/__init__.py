"""Flow cytometry: compensation, scales, gates, and what a percentage is worth."""
