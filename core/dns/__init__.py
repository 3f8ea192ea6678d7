"""Names looked up: the only door to dnspython."""
