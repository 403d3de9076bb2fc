"""Order subscriptions: how often they run, and how they begin."""
