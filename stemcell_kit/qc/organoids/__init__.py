"""Methods for organoids: variants, clonality, microsatellites, size, swelling."""
