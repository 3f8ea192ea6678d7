"""Out of the sandbox: is the account ready, what to write to Amazon, and how the review stands."""
