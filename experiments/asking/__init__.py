"""Questions to a case or to a finished run, each a stored answer."""
