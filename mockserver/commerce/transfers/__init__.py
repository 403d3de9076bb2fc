"""Imports, exports and cleanups: many records at once, in the background."""
