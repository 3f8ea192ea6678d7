"""Queues as the second way in: what their messages are, queues given by hand, and the proof that HTTPS lost nothing."""
