"""Factories and scenarios: where the records of a fresh sandbox come from."""
