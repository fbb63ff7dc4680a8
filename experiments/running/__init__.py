"""The main job: from a case to a stored run, and everything that is told about it."""
