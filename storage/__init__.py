"""Tables, migrations and the functions that turn rows into flows values and back."""
