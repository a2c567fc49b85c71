"""What Slack sends back by name: the actions and forms of the update's life."""

APPROVE, EDIT, SKIP = "stakeholder_update.approve", "stakeholder_update.edit", "stakeholder_update.skip"
WITHDRAW, REOPEN = "stakeholder_update.withdraw", "stakeholder_update.reopen"
POST_NOW, CORRECT = "stakeholder_update.post_now", "stakeholder_update.correct"
SETTINGS = "stakeholder_update.settings"
