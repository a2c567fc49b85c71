"""What goes out, effectively once; knows a sender, not Slack."""
