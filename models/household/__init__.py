"""世帯: the notes that are about one household, found by likeness and gathered by a person."""
