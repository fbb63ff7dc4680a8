"""Plans held against each other on the same futures: arrays in, intervals and verdicts out."""
