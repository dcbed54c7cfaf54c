"""Reading files of overdue accounts: encoding, columns, rows. Every fault says line and column."""
