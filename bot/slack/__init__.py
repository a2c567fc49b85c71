"""The only part that touches the Slack SDK."""
