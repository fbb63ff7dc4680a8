"""Where runs are kept: staged, checked, complete or absent."""
