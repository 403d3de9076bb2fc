"""The console: pages for people, imported when the first one is opened."""
