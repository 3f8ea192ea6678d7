"""One access key for another, step by step: the second goes in, is tested, takes over, and the first is switched off.

Each step is written down with what the next one needs, so that a walk goes on where it was left; until it ends the key that
is not in use stays sealed beside the one that is, for the way back.
"""
