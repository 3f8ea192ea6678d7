"""Unsubscribing: what a connection decided about its page, the page itself, and what a person's wish changes.

What the public receiver loads of it knows no member and no secret; `changes` is the admin's side.
"""
