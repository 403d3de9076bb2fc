"""The declarations: the words they are made of, and one file for each resource type."""
