"""Is the genome still normal: karyotype, mosaics, copy number, array segments."""
