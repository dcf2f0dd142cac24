"""How many cells, how alive, how fast they grow, and whether the counter can be believed."""
