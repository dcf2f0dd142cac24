"""Sterility testing: what a sample can find, what a method detects, what a result means."""
