"""What Slack takes as blocks, from its reference; independent of the bot's own builders."""
