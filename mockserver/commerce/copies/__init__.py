"""Copies: orders made from other orders."""
