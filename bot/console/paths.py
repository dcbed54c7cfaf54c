"""Every address of the console, once: the routes and the links are made from this table."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

PREFIX = "/console"

PATHS: Mapping[str, str] = {
    "talks": "/talks",
    "talk": "/talks/{id}",
    "details": "/talks/{id}/details",
    "take_next": "/talks/next",
    "claim": "/talks/{id}/claim",
    "reply": "/talks/{id}/reply",
    "guard": "/talks/{id}/guard",
    "hand_back": "/talks/{id}/hand-back",
    "close": "/talks/{id}/close",
    "snooze": "/talks/{id}/snooze",
    "wake": "/talks/{id}/wake",
    "transfer": "/talks/{id}/transfer",
    "undo": "/talks/{id}/undo",
    "history": "/talks/{id}/history",
    "templates": "/talks/{id}/templates",
    "plan": "/talks/{id}/plan",
    "agreed": "/talks/{id}/agreed",
    "case_file": "/talks/{id}/case-file",
    "search": "/search",
    "tasks": "/tasks",
    "task": "/tasks/{id}",
    "task_take": "/tasks/{id}/take",
    "messages_retry": "/tasks/{id}/messages/retry",
    "messages_settle": "/tasks/{id}/messages/settle",
    "task_put_back": "/tasks/{id}/put-back",
    "complaints": "/complaints",
    "complaints_file": "/complaints.csv",
    "complaint": "/complaints/{id}",
    "disputes": "/disputes",
    "disputes_file": "/disputes.csv",
    "dispute": "/disputes/{id}",
    "sending": "/sending",
    "sending_stop": "/sending/stop",
    "sending_resume": "/sending/resume",
    "reminders": "/reminders",
    "review": "/review",
    "review_file": "/review.jsonl",
    "review_one": "/review/{id}",
    "dashboard": "/dashboard",
    "dashboard_file": "/dashboard.csv",
    "bills": "/dashboard/bills",
    "cases": "/dashboard/cases",
    "audit": "/audit",
    "audit_check": "/audit/check",
    "sending_campaign": "/sending/campaign",
    "import": "/import",
    "import_file": "/import/{id}",
    "import_columns": "/import/{id}/columns",
    "import_reading": "/import/{id}/reading",
    "import_check": "/import/{id}/check",
    "import_rows": "/import/{id}/rows.csv",
    "import_store": "/import/{id}/store",
    "import_result": "/import/{id}/result",
    "import_drop": "/import/{id}/drop",
    "import_give_up": "/import/{id}/give-up",
    "live": "/live",
    "login": "/login",
    "logout": "/logout",
    "preferences": "/preferences",
    "styleguide": "/styleguide",
    "demo": "/demo",
    "demo_live": "/demo/live",
    "demo_clock": "/demo/clock",
    "demo_role": "/demo/role",
    "phones": "/phones",
    "phone": "/phones/{id}",
    "phone_said": "/phones/{id}/said",
}


def path(name: str, *, id: str | None = None, **query: str | None) -> str:
    """The address of a page, with its query; empty values are left out."""
    where = PREFIX + PATHS[name].format(id=quote(id or "", safe=""))
    asked = {key: value for key, value in query.items() if value}
    return f"{where}?{urlencode(asked)}" if asked else where
