"""The command line and what is printed on a terminal."""
