"""The wire: everything that speaks HTTP, and the only package that imports flask."""
