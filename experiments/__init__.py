"""The questions of the strategy team and the command line."""

import os

# Sums end with other bits on other numbers of threads, and a branch and bound that sees them may end with another plan.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")
