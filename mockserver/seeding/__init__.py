"""Seeded data: an organization's reference data and customers, and random customers on demand."""
