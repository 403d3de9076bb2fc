"""Payments: what payment sources have in common, and how an order can be paid."""
