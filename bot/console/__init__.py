"""The agents' pages: what they show, how they look, who may act. Data comes through `data.py`."""
