"""What the result and the decision rest on: numbers moved alone, together and at random, always on the same futures."""
