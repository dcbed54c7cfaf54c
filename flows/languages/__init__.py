"""The languages Duetalk reads and writes; each has its own folder with data and readers."""
