"""What an organization holds from the start, and random customers on demand."""
