"""What is known of requests and done to them: routes, faults, stubs, the journal, advice."""
