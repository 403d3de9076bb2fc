"""Services: calls to what a merchant runs itself, and their answers."""
