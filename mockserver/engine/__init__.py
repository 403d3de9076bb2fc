"""The engine: organizations, modes, records and their rules."""
