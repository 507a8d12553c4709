"""Reaching somebody: by which of their ways they are told of an alert, now and later, and hear that it is over.

What is told by chat is the alert's own live card (`saving.alert`). By push and mail it is said once for each time that
somebody is called, and is not changed.
"""

from dataclasses import replace

from config.loaded import dm
from desk.alerts import Alert, AlertState, Page
from desk.cards import Post, span_of, text
from desk.detail import Own
from desk.ways import CHAT, MAIL, Planned, Ways, out_of_quiet, plan
from handlers import surroundings
from handlers.context import Context, Tx
from handlers.pictures import alert as picture
from handlers.pictures import name, pressable
from handlers.pictures.told import calling, summons

FAMILY = "way/"  # of deadlines: `way/ben/push`
TOLD = "/told/"  # in the key of what is told by push or mail


def barred(ctx: Context, person: str, client: str) -> dict[str, str]:
    """The person's ways by which they cannot be told of this client's alerts, and why not."""
    allowed, desk = ctx.config.clients[client].platforms, ctx.config.desk
    ways = ctx.config.ways.get(person, Ways())
    found = {}
    for way in set(ways.every()) - {CHAT}:
        if way not in ways.addresses or not (desk.mail if way == MAIL else way in desk.push):
            found[way] = f"{way} is not set up"
        elif allowed is not None and way not in allowed:
            found[way] = f"{ctx.config.clients[client].name} keeps off {way}"
    return found


def planned(ctx: Context, alert: Alert, page: Page) -> tuple[Planned, ...]:
    """What came, and comes, of calling somebody: each of their ways with its time."""
    ways = ctx.config.ways.get(page.person, Ways())
    return plan(ways, alert.severity, page.at, barred(ctx, page.person, alert.client))


def reach(tx: Tx, ctx: Context, alert: Alert, person: str, tail: str = "", *, by: str = "", words: str = "") -> Alert:
    """Call somebody: by those ways whose time it is, and an alarm for each of the others. `tail` says how late it is;
    `by` is the colleague who calls them, with these words, where it is not the path.

    Gives the alert with the page, to be saved by whoever calls. An alert that somebody has already is told by all ways
    at once: whoever calls then means this person, and nothing would ring the later ones.
    """
    page = Page(person, ctx.now, alert.step, (), by, words)
    all_of_them = [each for each in planned(ctx, alert, page) if each.at is not None]
    later = {each.way: each.at for each in all_of_them if alert.calls and each.at and each.at > ctx.now}
    for way, at in later.items():
        if way not in _pending(ctx, alert, person):
            tx.deadline(picture.key(alert.number), f"{FAMILY}{person}/{way}", at, alert.client)
    alert = replace(alert, pages=(*alert.pages, page))
    for each in all_of_them:
        if each.way not in later:
            alert = tell(tx, ctx, alert, alert.pages[-1], each.way, tail)
    return alert


def _pending(ctx: Context, alert: Alert, person: str) -> set[str]:
    """The ways by which they are to be told anyhow, for an earlier call: another one puts nothing off."""
    pages = [p for p in alert.pages if p.person == person and p.at >= (alert.called_at or p.at)]
    return {each.way for p in pages for each in planned(ctx, alert, p) if each.at and each.at > ctx.now} - {
        way for p in pages for way in p.ways
    }


def tell(tx: Tx, ctx: Context, alert: Alert, page: Page, way: str, tail: str = "") -> Alert:
    """By this one of their ways, now. Gives the alert in which it is kept that they were."""
    known = ctx.config.people[page.person]
    key = f"{picture.key(alert.number)}{TOLD}{page.at:%Y%m%dT%H%M%S}"
    now = replace(page, ways=(*page.ways, way))
    pages = tuple(now if each is page else each for each in alert.pages)
    alert = replace(alert, pages=pages)
    if way != CHAT:
        card = calling(_after(ctx, alert, now), ctx.config, known, surroundings.known(tx, ctx, alert), now)
        late = text(Own(tail.strip())) if tail else ()
        tx.post(Post(key, f"{way}/{known.id}", alert.client, card, late, urgent=True, alone=True))
    elif now.by:
        said, buttons = summons(alert, ctx.config, known, now)
        tx.post(Post(key, dm(known.id), alert.client, words=(*said, tail), buttons=buttons, urgent=True))
    elif any(each.person == known.id and CHAT in each.ways for each in pages if each is not now):
        words, buttons = picture.again(alert, ctx.config)  # the live card is there, and an edit of it rings nothing
        mine = pressable(buttons, known, alert.client)
        tx.post(Post(key, dm(known.id), alert.client, words=(*words, tail), buttons=mine, urgent=True))
    return alert


def _after(ctx: Context, alert: Alert, page: Page) -> Alert:
    """As it is once the step is taken that calls them now: what is told says what comes after it."""
    taken = not page.by and page.at == ctx.now and page.step == alert.step
    return replace(alert, step=alert.step + 1) if taken else alert


def hurry(tx: Tx, ctx: Context, alert: Alert, person: str) -> None:
    """A way did not reach them: the next one is used now. Quiet hours are kept."""
    page = next((each for each in reversed(alert.pages) if each.person == person), None)
    if page is None or not alert.calls:
        return
    later = [
        each for each in planned(ctx, alert, page)
        if each.at and each.at > ctx.now and each.way not in page.ways
        and out_of_quiet(ctx.config.ways.get(person, Ways()), each.way, alert.severity, ctx.now) == ctx.now
    ]  # fmt: skip
    if later:
        first = min(later, key=lambda each: each.at or ctx.now)
        tx.deadline(picture.key(alert.number), f"{FAMILY}{person}/{first.way}", ctx.now, alert.client)


def follow(tx: Tx, ctx: Context, alert: Alert) -> None:
    """The alert is saved as it is now. Once somebody has it, or it is over, what was to ring later is taken back, and
    who was told by push or mail hears of it by the same way. To follow it twice is to follow it once.
    """
    if not alert.pages or (alert.state is AlertState.FIRING and alert.snoozed_until is None):
        return
    key = picture.key(alert.number)
    tx.take_back(key, FAMILY, alert.client)
    round_ = f"{alert.called_at or alert.raised_at:%Y%m%dT%H%M%S}"
    if alert.state is AlertState.CLEARED:
        words = text(Own(f"✓ UP · {alert.number}"), f" · {alert.title}", Own(_lasted(alert)))
        if alert.fixed_by == picture.NOT_WATCHED:  # which says nothing of how it is
            words = text(Own(f"? {alert.number}"), f" · {alert.title} is {alert.fixed_by}; when last seen it was down")
        post, at, besides = Post(f"{key}/over/{round_}", "", alert.client, words=words), alert.cleared_at, None
    else:
        words = text(Own(f"◐ {name(ctx.config, alert.acked_by)} has {alert.number}"), f": {alert.title}")
        post, at, besides = Post(f"{key}/taken/{round_}", "", alert.client, words=words), alert.acked_at, alert.acked_by
    told = {(p.person, way) for p in alert.pages for way in p.ways if way != CHAT and (at is None or p.at <= at)}
    for person, way in sorted(told):
        if person != besides and person in ctx.config.people and ctx.config.ways.get(person, Ways()).all_clear:
            tx.post(replace(post, destination=f"{way}/{person}", alone=True))


def _lasted(alert: Alert) -> str:
    return f" · was down {span_of((alert.cleared_at - alert.started_at).total_seconds())}" if alert.cleared_at else ""


def words(ctx: Context, alert: Alert, page: Page) -> str:
    """Who was told, and by which ways where that is not chat alone; or why they are not yet."""
    who = name(ctx.config, page.person)
    if page.ways == (CHAT,):
        return who
    if page.ways:
        return f"{who} (by {', '.join(page.ways)})"
    return f"{who} (not yet: {next((p.why for p in planned(ctx, alert, page) if p.at), 'no way is left')})"
