"""What the bot must be granted, and in plain words why."""

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear what is said to it in threads, where slash commands do not work",
    "channels:history": "look whether a post whose answer was lost did arrive in a public channel",
    "channels:join": "join the public channel it is to post in",
    "channels:read": "see who is in a channel, and whether it is archived or shared with another company",
    "chat:write": "post the reviews, and answer",
    "commands": "be called by its slash command",
    "files:write": "show charts, and give a person the file they asked for",
    "groups:history": "look whether a post whose answer was lost did arrive in a private channel",
    "groups:read": "see who is in a private channel, and whether it is archived or shared with another company",
    "im:history": "hear direct messages, and look whether its own arrived",
    "im:read": "look at a direct conversation before it posts there",
    "im:write": "tell a person that something of theirs could not be posted",
    "users:read": "know guests, people of other companies and people who left, and each person's time zone",
}
"""Every scope without which something everybody uses does not work, and what it is for: half a sentence after “so that
it can”.
"""

OPTIONAL: Mapping[str, str] = {
    "channels:write.topic": "say in a public channel's topic that an incident is open, where a team wants that",
    "groups:write.topic": "say in a private channel's topic that an incident is open, where a team wants that",
    "reactions:read": "keep the messages of an incident that people mark with an emoji, where a team wants that",
    "usergroups:read": "let a user group own something",
}
"""What the manifest asks for too, though all else works without it."""

HAPPENINGS = ("member_joined_channel", "member_left_channel", "reaction_added", "subteam_members_changed")
"""What happens without being said to the bot, for the happenings of its features; changes of people are heard too."""

EVENTS = tuple(sorted((*HAPPENINGS, "app_home_opened", "app_mention", "message.im", "user_change")))
"""What Slack tells the bot by itself."""

CONNECTIONS = "connections:write"
"""The scope of the app-level token that opens sockets."""
