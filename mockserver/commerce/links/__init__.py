"""Links: addresses that open an order, a SKU or a list to somebody."""
