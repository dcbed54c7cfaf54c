"""Chinese: Mandarin in both scripts and Cantonese, read in Simplified characters."""
