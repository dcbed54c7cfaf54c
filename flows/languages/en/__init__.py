"""English as it is texted."""
