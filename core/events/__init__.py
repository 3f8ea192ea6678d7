"""What Amazon SES told us, as plain values: the vocabulary, and SES JSON -> one Event per recipient. Pure: knows no I/O."""
