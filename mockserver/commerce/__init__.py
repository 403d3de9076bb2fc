"""What the types do beyond being stored, by domain."""
