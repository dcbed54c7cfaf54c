"""The part of Duetalk that decides: pure functions over values, no clock, no database, no network."""
