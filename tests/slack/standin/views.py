"""views.*: a modal needs a trigger no older than three seconds and never used; an update may name the hash it saw."""

from tests.slack.standin import numbers as n
from tests.slack.standin.blocks import check_view
from tests.slack.standin.chat import with_ids
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Json, Trigger, View


def open_(ws: Workspace, arguments: Json) -> Json:
    payload = _checked(ws, arguments, "modal")
    trigger = _spent(ws, arguments)
    for earlier in [v for v in ws.views.values() if v.user == trigger.user]:
        earlier.closed = True  # a new stack of modals takes the place of the old one
    return {"view": _shown(ws, add(ws, payload, trigger.user))}


def push(ws: Workspace, arguments: Json) -> Json:
    payload = _checked(ws, arguments, "modal")
    trigger = _spent(ws, arguments)
    below = ws.view(trigger.user)
    if below is None:
        raise SlackNo("not_found")
    return {"view": _shown(ws, add(ws, payload, trigger.user, below))}


def add(ws: Workspace, payload: Json, user: str, below: View | None = None) -> View:
    """A checked modal, on top of `below`. Raises `push_limit_reached` beyond three."""
    if below and sum(v.root == below.root and not v.closed for v in ws.views.values()) >= n.VIEW_STACK:
        raise SlackNo("push_limit_reached")
    name = ws.next_id("V")
    root, previous = (below.root, below.id) if below else (name, None)
    ws.views[name] = View(name, user, _kept(ws, payload), _hash(ws), root, previous)
    return ws.views[name]


def update(ws: Workspace, arguments: Json) -> Json:
    named = arguments.get("view_id") or arguments.get("external_id")
    if not named:
        raise SlackNo("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view_id"]})
    every = [*ws.views.values(), *ws.homes.values()]
    found = [v for v in every if named in {v.id, v.payload.get("external_id")} and not v.closed]
    if not found:
        raise SlackNo("not_found")
    view = found[0]
    payload = _checked(ws, arguments, view.payload["type"], besides=view)
    _same_hash(view, arguments)
    change(ws, view, payload)
    return {"view": _shown(ws, view)}


def change(ws: Workspace, view: View, payload: Json) -> None:
    view.payload, view.hash = _kept(ws, payload), _hash(ws)


def publish(ws: Workspace, arguments: Json) -> Json:
    user = ws.users.get(str(arguments.get("user_id", "")))
    if user is None:
        raise SlackNo("user_not_found")
    before = ws.homes.get(user.id)
    payload = _checked(ws, arguments, "home", besides=before)
    if before:
        _same_hash(before, arguments)
    name = before.id if before else ws.next_id("V")
    ws.homes[user.id] = View(name, user.id, _kept(ws, payload), _hash(ws), name)
    return {"view": _shown(ws, ws.homes[user.id])}


def _same_hash(view: View, arguments: Json) -> None:
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise SlackNo("hash_conflict")


def _checked(ws: Workspace, arguments: Json, kind: str, besides: View | None = None) -> Json:
    payload: Json = arguments.get("view") or {}
    check_view(payload, kind)
    mine = payload.get("external_id")
    every = [*(v for v in ws.views.values() if not v.closed), *ws.homes.values()]
    if mine and any(v.payload.get("external_id") == mine for v in every if v is not besides):
        raise SlackNo("duplicate_external_id")
    return payload


def _spent(ws: Workspace, arguments: Json) -> Trigger:
    trigger = ws.triggers.get(str(arguments.get("trigger_id", "")))
    if trigger is None:
        raise SlackNo("invalid_trigger_id")
    if ws.now() - trigger.made > n.TRIGGER_SECONDS:
        raise SlackNo("expired_trigger_id")
    if trigger.used:
        raise SlackNo("exchanged_trigger_id")
    trigger.used = True
    return trigger


def _kept(ws: Workspace, payload: Json) -> Json:
    return {**payload, "blocks": with_ids(ws, payload["blocks"])}


def _hash(ws: Workspace) -> str:
    return f"{int(ws.now())}.{ws.next_id('')}"


def _shown(ws: Workspace, view: View) -> Json:
    return view.shown(ws.team, ws.app, ws.bot_id)
