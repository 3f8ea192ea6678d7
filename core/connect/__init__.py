"""Connecting an account: endpoint, keys, check, sender, test, listen. Six recorded steps, each one core call."""
