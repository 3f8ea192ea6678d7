"""The fire drill: mail to Amazon's simulator through the real chain, every hop seen, and the culprit named when one is missing."""
