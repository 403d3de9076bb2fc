"""Stock: what is there, what is reserved, and how an order moves it."""
