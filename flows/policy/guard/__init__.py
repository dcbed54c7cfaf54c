"""The parts of the wording guard: reading a text, the phrase list, sentence kinds, elements."""
