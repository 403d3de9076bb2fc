"""What an organization is put into: snapshots, scenarios, records of any state, its seed."""
