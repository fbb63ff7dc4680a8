"""The papers of a board meeting: their sentences, slides and the numbers behind both."""
