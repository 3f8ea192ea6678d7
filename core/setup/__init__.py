"""Set-up: making, in Amazon, what reports bounces and complaints back to us; step by step, resumable, undone one by one."""
