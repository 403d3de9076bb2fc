"""The authorization server: OAuth 2.0 as the real service speaks it."""
