"""The methods that tell of user groups."""

from bot.sandbox.call import Call, Result, SlackRefusal


def list_all(call: Call) -> Result:
    """usergroups.list: without those that are disabled, unless they are asked for."""
    known = sorted(call.workspace.groups.values(), key=lambda group: group.id)
    shown = [one for one in known if call.flag("include_disabled") or not one.is_disabled]
    with_users = call.flag("include_users")
    return {"usergroups": [{**one.as_slack(), **({"users": one.members} if with_users else {})} for one in shown]}


def members(call: Call) -> Result:
    """usergroups.users.list: of a disabled group only where that is asked for."""
    found = call.workspace.groups.get(call.text("usergroup"))
    if found is None or (found.is_disabled and not call.flag("include_disabled")):
        raise SlackRefusal("no_such_subteam")
    return {"users": list(found.members)}
