"""Figures, one module per lesson theme; each function draws one thing and returns its Axes."""
