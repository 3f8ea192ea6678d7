"""Domains and addresses that mail is sent from: what has to be published for them, and what is."""
