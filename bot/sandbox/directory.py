"""The methods that say who is who."""

import secrets

from bot.sandbox.call import Call, Result, SlackRefusal, page
from bot.sandbox.workspace import TEAM_DOMAIN, TEAM_ID, TEAM_NAME


def who_am_i(call: Call) -> Result:
    """auth.test."""
    return {
        "url": "https://sandbox.slack.com/",
        "team": TEAM_NAME,
        "user": call.workspace.users[call.app.bot_user].name,
        "team_id": TEAM_ID,
        "user_id": call.app.bot_user,
        "bot_id": call.app.bot_id,
        "is_enterprise_install": False,
    }


def user_info(call: Call) -> Result:
    """users.info, of people who left too."""
    return {"user": call.user("user").as_slack()}


def user_list(call: Call) -> Result:
    """users.list, with bots and people who left."""
    known = call.workspace.users
    shown, following = page(sorted(known), cursor=call.text("cursor"), limit=call.limit(), place=str)
    return {"members": [known[one].as_slack() for one in shown], "response_metadata": {"next_cursor": following}}


def team_info(_call: Call) -> Result:
    """team.info, of the app's own workspace."""
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "", "icon": {}}}


def open_socket(call: Call) -> Result:
    """apps.connections.open: an address for one connection."""
    ticket = secrets.token_hex(16)
    call.workspace.tickets[ticket] = call.app.app_id
    return {"url": f"{call.workspace.socket_url}?ticket={ticket}&app_id={call.app.app_id}"}


def echo(call: Call) -> Result:
    """api.test: what was sent, or the error that was asked for."""
    if call.text("error"):
        raise SlackRefusal(call.text("error"), args=dict(call.arguments))
    return {"args": dict(call.arguments)} if call.arguments else {}
