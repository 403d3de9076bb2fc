"""Taxes: at which rate a line is taxed, by calculators of the merchant's."""
