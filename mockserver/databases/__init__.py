"""Storages in a database, SQLite and PostgreSQL by one core; and storages by name."""
