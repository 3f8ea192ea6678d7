"""Watching what was set up: Amazon's counts, the feed that may fall silent, and the chain that may change by itself."""
