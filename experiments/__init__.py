"""The questions of the strategy team and the command line."""
