"""A local stand-in for Slack: strict about limits, able to fail on demand."""
