"""Traffic: what is known of requests and done to them, from routes and faults to the journal."""
