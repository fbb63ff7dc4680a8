"""Distributions from data and from an expert's quantiles: arrays in, laws out."""
