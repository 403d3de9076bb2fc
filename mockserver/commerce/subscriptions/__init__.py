"""Order subscriptions: how often they run, how they begin, go on and end."""
