"""The monthly review: actuals against the plan's own ranges, and what they change in what is believed."""
