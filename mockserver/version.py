"""Version of the package, where every part can read it without importing the package."""

__version__ = "0.1.0"
