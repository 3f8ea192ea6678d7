"""What is put together for a reader: the review of a period, the state of each connection, tables and files."""
