"""For contributors: releasing exercises and checking notebooks."""
