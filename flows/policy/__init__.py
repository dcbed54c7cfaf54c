"""Rules as data with sources, and the one gate through which every outgoing word passes."""
