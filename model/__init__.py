"""The business, written once: inputs, pay rules, economics, simulation and the ledger."""
