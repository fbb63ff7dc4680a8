"""Why two results differ: shares of a difference, mixed plans, changed cases, what marks bad futures."""
