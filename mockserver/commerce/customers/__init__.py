"""Customers: registration, erasure, addresses, and what finds its customer by email."""
