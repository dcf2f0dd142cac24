"""From a table to a QC result: the one-line steps that lessons and exercises are made of."""
