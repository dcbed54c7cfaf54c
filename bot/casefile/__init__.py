"""A person's case file: everything about him as one document, on a page, on paper, as data."""
