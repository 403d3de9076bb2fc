"""Promotions: which apply to an order, and what they take off."""
