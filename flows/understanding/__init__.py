"""Reading replies: `understand(text, ...) -> Understanding`. Pure; never raises on any text."""
