"""Rules: the language of flex promotions and price lists, over plain nested values."""
