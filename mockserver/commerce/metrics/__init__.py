"""Figures of orders and returns, as the vendor's Metrics API gives them (clients.md §2)."""
