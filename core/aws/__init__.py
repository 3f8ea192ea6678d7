"""The only door to boto3: who am I, account, identities, send, topics. boto3 is imported when Amazon is called, not before."""
