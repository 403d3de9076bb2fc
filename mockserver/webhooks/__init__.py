"""Webhooks: what is delivered, to whom, in which order, and how it fared (customers.md §16)."""
