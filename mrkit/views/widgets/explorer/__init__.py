"""The explorer: change one setting of a job, run it again, see what differs."""
