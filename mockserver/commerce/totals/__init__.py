"""Totals: what an order costs, from plain values, as one run of the engine reckons it."""
