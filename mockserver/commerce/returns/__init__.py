"""Returns: how they go on, and what they take from their orders."""
