"""Neural function: release, firing, calcium, rotation, counts in images."""
