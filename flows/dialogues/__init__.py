"""One module a situation; the table of contents of what the product can talk about."""
