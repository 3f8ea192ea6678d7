"""From counts to verdicts. Pure."""
