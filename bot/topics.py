"""What a write wakes: the topics of `Database.write(wake=...)` and `Database.subscribe`."""

from __future__ import annotations

TURNS = "turns"  # the worker: messages came in, or a job fell due
SENDS = "sends"  # the sender: messages were queued
LIVE = "live"  # open pages: something they show has changed
