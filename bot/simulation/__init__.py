"""Simulated customers: seeded personas, their agenda, and the judge of whole conversations.

The only place with randomness; it talks to the bot through `bot/conversing.py` alone and reads the
answers by their `says` records, so that nothing here depends on wording.
"""
