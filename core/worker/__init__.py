"""What runs by itself: for now, forgetting what has ended. One worker at a time does each job, by lease."""
