"""The chain between SES and us: what it should be, which of its links are weak, and mending one. Amazon is read by core.aws.chain."""
