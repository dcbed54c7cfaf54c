"""Channels: how words come in and go out. The table of kinds is in `bot/channels/kinds.py`."""
