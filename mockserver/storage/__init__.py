"""Where records are kept: the contract, and the backends that keep it."""
