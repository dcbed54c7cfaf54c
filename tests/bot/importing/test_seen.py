"""Where an account of a file stood first is known however long the file is."""

from __future__ import annotations

from bot.importing.seen import Seen

MANY = 50_000


def test_an_account_keeps_the_line_in_which_it_stood_first() -> None:
    with Seen() as seen:
        assert seen.first_line("A1", 2) == 2
        assert seen.first_line("A2", 3) == 3
        assert seen.first_line("A1", 4) == 2
        assert seen.first_line("a1", 5) == 5


def test_what_no_longer_fits_in_memory_is_known_too() -> None:
    with Seen() as seen:
        for line in range(MANY):
            seen.first_line(f"account number {line * 7919 % MANY:020}", line)
        assert seen.first_line(f"account number {7919:020}", MANY) == 1
