"""Logs: an event name and fields, never a secret, never a user's text."""
