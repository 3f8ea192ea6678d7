"""The public edge: what Amazon and other systems call. Imports neither boto3 nor the vault.

A request to /sns/{token} passes body → envelope → topic → certificate → signature → intake (sns.py tells it in order).
"""
