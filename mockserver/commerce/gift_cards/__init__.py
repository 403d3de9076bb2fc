"""Gift cards: their life from purchase to the last cent."""
