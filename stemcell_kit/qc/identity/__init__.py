"""Whose cells are these: STR and SNP profiles, species, and the names that records give them."""
