"""What runs by itself: the jobs, each done by one worker at a time, and the queues, emptied as long as a worker runs."""
