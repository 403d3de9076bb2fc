"""Storage of records: the contract, and the backends that keep it."""
