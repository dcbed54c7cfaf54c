"""The JSON API for other programs: bearer tokens, accounts and payments in, records and events out."""
