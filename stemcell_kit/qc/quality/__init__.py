"""Statistics of quality: control charts, agreement of methods, stability."""
