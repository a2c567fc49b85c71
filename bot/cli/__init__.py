"""The command line: one module per group of commands, thin; what is heavy is imported when a command runs."""
