"""Rules of the contract, held against a server by asking it."""
