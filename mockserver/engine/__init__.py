"""The engine: organizations, modes, the five actions over records, and what is done later."""
