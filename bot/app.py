"""The composition root: what is made once, in which order, and the routes in one table."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web

from bot import health
from bot.api.app import PREFIX as API_PREFIX
from bot.api.app import make_api
from bot.api.hooks import Courier, Endpoint
from bot.api.signing import secret_of
from bot.channels.base import Channel
from bot.channels.kinds import make_channels
from bot.clock import Clock
from bot.console.app import make_console, mount_console
from bot.console.data import DemoData
from bot.console.store import Store
from bot.console.visit import ConsoleSettings
from bot.console.work import Work
from bot.delivery import Delivery
from bot.errors import SettingsError
from bot.identities import rules_of
from bot.inbox import Inbox
from bot.inforce import note_rules
from bot.learning import Lessons
from bot.links import binder
from bot.log import Logger
from bot.onboarding import team_zone
from bot.reading import reads_at_once
from bot.reminding import Planner
from bot.rules import Rules
from bot.sending import recheck_with
from bot.settings import Settings
from bot.turn import note_failures
from bot.worker import Worker
from flows.understanding.ready import make_ready
from storage import schema
from storage.database import Database


class Role(StrEnum):
    """The parts of the service; one process may run any of them."""

    WEB = "web"
    WORKER = "worker"
    SEND = "send"


@dataclass(slots=True, kw_only=True)
class Service:
    """Everything that lives as long as the process."""

    settings: Settings
    clock: Clock
    log: Logger
    database: Database
    rules: Rules
    channels: Mapping[str, Channel]
    stop: asyncio.Event = field(default_factory=asyncio.Event)


@contextlib.asynccontextmanager
async def opened(settings: Settings, clock: Clock, log: Logger) -> AsyncIterator[Service]:
    """The service with its database and channels open; closed in the reverse order."""
    channels = make_channels(settings.channels, settings.base_url)
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        await database.write(lambda conn: note_rules(conn, settings, clock.now()))
        service = Service(
            settings=settings,
            clock=clock,
            log=log,
            database=database,
            rules=rules_of(settings, Lessons()),
            channels=channels,
        )
        async with contextlib.AsyncExitStack() as stack:
            for channel in channels.values():
                await channel.start()
                stack.push_async_callback(channel.close)
            yield service


def make_app(service: Service) -> web.Application:
    """The web application: webhooks, health, and whatever is mounted on it."""
    app = web.Application()
    app[health.DATABASE] = service.database
    app[health.CLOCK] = service.clock
    app.add_routes(
        [
            web.get("/healthz", health.alive),
            web.get("/readyz", health.ready),
            web.get("/metrics", health.metrics),
            *_inbox(service).routes(),
        ]
    )
    app.add_subapp(API_PREFIX, make_api(service, _planner(service), _media(service)))
    return app


def _media(service: Service) -> dict[str, str]:
    return {name: channel.medium for name, channel in service.channels.items()}


def _planner(service: Service) -> Planner:
    """The first channel of each medium carries its reminders."""
    by_medium: dict[str, str] = {}
    for name, medium in _media(service).items():
        by_medium.setdefault(medium, name)
    return Planner(rules=service.rules, creditor=service.settings.creditor, channel_of=by_medium)


def _inbox(service: Service) -> Inbox:
    media = _media(service)
    return Inbox(
        database=service.database,
        channels=service.channels,
        base_url=service.settings.base_url,
        clock=service.clock,
        log=service.log,
        never_waits=reads_at_once,
        bind=binder(service.settings.secret, lambda name: media.get(name, name)),
        on_failure=note_failures,
    )


def make_worker(service: Service) -> Worker:
    """The worker of this service."""
    return Worker(
        database=service.database, rules=service.rules, clock=service.clock, log=service.log
    )


def make_delivery(service: Service) -> Delivery:
    """The sender of this service."""
    return Delivery(
        database=service.database,
        channels=service.channels,
        clock=service.clock,
        log=service.log,
        recheck=recheck_with(service.rules),
        on_failure=note_failures,
    )


def make_courier(service: Service) -> Courier:
    """What carries events to other programs."""
    endpoints = {
        each.name: Endpoint(
            name=each.name, url=each.url, secret=secret_of(each.secret), kinds=each.events
        )
        for each in service.settings.webhooks
    }
    return Courier(
        database=service.database, endpoints=endpoints, clock=service.clock, log=service.log
    )


def with_console(
    service: Service, app: web.Application, store: Store, demo: DemoData | None = None
) -> web.Application:
    """The application with the agents' console mounted on it."""
    settings = ConsoleSettings(
        zone=team_zone(service.settings.creditor),
        secure_cookies=service.settings.base_url.startswith("https://"),
        is_test=service.settings.is_demo,
    )
    work = Work(
        service,
        zone=settings.zone,
        channels=tuple(service.channels),
        home=service.settings.creditor,
        planner=_planner(service),
        log=service.log,
    )
    console = make_console(data=store, clock=service.clock, settings=settings, demo=demo, work=work)
    mount_console(app, console)
    return app


async def run(service: Service, roles: Sequence[Role], app: web.Application | None = None) -> None:
    """Run the roles until SIGTERM or SIGINT; what is in hand is finished."""
    _stop_on_signals(service)
    if Role.WEB in roles or Role.WORKER in roles:
        make_ready()
    if app is None and Role.WEB in roles:
        store = Store(service, zone=team_zone(service.settings.creditor))
        app = with_console(service, make_app(service), store)
    await _run(service, roles, app)


async def _run(service: Service, roles: Sequence[Role], app: web.Application | None) -> None:
    async with asyncio.TaskGroup() as tasks:
        if Role.WORKER in roles:
            tasks.create_task(make_worker(service).run(service.stop))
        if Role.SEND in roles:
            tasks.create_task(make_delivery(service).run(service.stop))
            tasks.create_task(make_courier(service).run(service.stop))
        if Role.WEB in roles:
            tasks.create_task(_serve(service, app or make_app(service)))
            tasks.create_task(_inbox(service).listen(service.stop))
        elif app is None:
            _say("ready")


def _stop_on_signals(service: Service) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop.set)


async def _serve(service: Service, app: web.Application) -> None:
    """Accept requests until told to stop; then let those in hand finish."""
    settings = service.settings
    # Access logs would hold the secrets that some webhooks carry in their paths.
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await _listen(site, settings)
        port = runner.addresses[0][1]
        _say(f"ready: http://{settings.host}:{port}")
        await service.stop.wait()
    finally:
        await runner.cleanup()


async def _listen(site: web.TCPSite, settings: Settings) -> None:
    try:
        await site.start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SettingsError(
            f"port {settings.port} on {settings.host} is in use: stop the program that has it, "
            "or choose another with DUETALK_PORT (0 takes a free one)"
        ) from None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
