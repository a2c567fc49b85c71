"""What the team has, kept: each module turns the rows of one noun into domain objects and decides nothing."""
