"""The independent Slack `local-slack`: fetched when asked for, started on loopback, stopped with us."""
