"""The catalogue: which SKUs a list holds, and how many pieces there are."""
