"""The catalogue: which SKUs a list holds."""
