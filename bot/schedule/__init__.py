"""When rituals run: slots, catch-up, and the ticker."""
