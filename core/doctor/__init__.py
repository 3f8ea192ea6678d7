"""The Doctor: every check of a connection in one round, kept, so that the next one can say what changed."""
