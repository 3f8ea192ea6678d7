"""A mail looked at: how it will travel and look, and what a receiver makes of it."""
