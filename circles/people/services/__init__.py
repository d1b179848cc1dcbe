"""Changing who takes part, and how they get in. By noun: organisations, joining, signing in, profile."""
