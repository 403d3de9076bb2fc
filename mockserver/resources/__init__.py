"""The resource types: one file for each, with its name; the registry, and the topics they make."""
