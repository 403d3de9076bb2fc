"""Side-by-side measurements, run by hand (``make bench``), never part of the tests."""
