"""JSON:API documents and queries: no flask, no storage."""
