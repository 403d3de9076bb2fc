"""The sandbox inside a Python process: ``MockServer``, its worlds, and assertions on requests."""
