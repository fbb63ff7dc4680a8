"""Choosing a plan: the tabulated options, the Pyomo program and its certificate."""
