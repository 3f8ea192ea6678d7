"""From SMTP to HTTP and back: what is needed, the same test both ways, the switch, and the way back."""
