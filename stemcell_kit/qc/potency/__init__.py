"""Potency and dose response: killing, curves, calibration, plates."""
