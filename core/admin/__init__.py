"""The command line of this installation: `python -m core.admin VERB …`, for whoever has a shell on the machine."""
