"""Orders: their amounts, addresses, payments, statuses, and what placing does."""
