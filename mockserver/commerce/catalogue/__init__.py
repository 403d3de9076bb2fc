"""The catalogue: which SKUs a list holds, their stock, and the price lists they are sold by."""
