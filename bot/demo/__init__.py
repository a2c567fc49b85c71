"""The demo weeks: real data, shown in the terminal."""
