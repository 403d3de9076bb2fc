"""Shipping: what leaves from where, how, at which price."""
