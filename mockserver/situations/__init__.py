"""Situations of an organization: snapshots, scenarios, records of any state, its seed."""
