"""The declarations: one file for each resource type, and the registry that knows them all."""
