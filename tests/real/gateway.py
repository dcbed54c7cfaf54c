"""A test bench on loopback: Kannel's own daemons, and an SMSC behind them under our control."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import smpp34

BEARERBOX, SMSBOX = "/usr/sbin/bearerbox", "/usr/sbin/smsbox"
SECRET = "kannel-bench-secret-1"
_UP_SECONDS = 20.0
_STOP_SECONDS = 2.0
_HAS_HEADER = 0x40
_UCS2 = 8
_RECEIPT = 4
_RECEIPT_SECONDS = 0.2

_CONFIG = """\
group = core
admin-port = {admin}
admin-interface = "127.0.0.1"
admin-password = adminpw
status-password = statuspw
admin-deny-ip = "*.*.*.*"
admin-allow-ip = "127.0.0.1"
smsbox-port = {boxes}
smsbox-interface = "127.0.0.1"
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
log-file = "bearerbox.log"
log-level = 1
dlr-storage = internal
store-type = spool
store-location = "spool"
sms-resend-freq = 2
sms-resend-retry = 3

group = smsc
smsc = smpp
smsc-id = SMPP
host = 127.0.0.1
port = {smsc}
transceiver-mode = true
smsc-username = kannel
smsc-password = kannelpw
system-type = ""
enquire-link-interval = 10
reconnect-delay = 1
msg-id-type = 0

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = "127.0.0.1"
sendsms-chars = "0123456789+ "
global-sender = 10690000
log-file = "smsbox.log"
log-level = 1
mo-recode = {recode}
http-request-retry = 90
http-queue-delay = 1
http-timeout = 5

group = sendsms-user
username = app
password = apppw
default-smsc = SMPP
max-messages = 10
concatenation = true
user-allow-ip = "127.0.0.1"

group = sms-service
keyword = default
catch-all = yes
post-url = "http://127.0.0.1:{web}/webhooks/sms/{secret}/messages?id=%I&from=%p&to=%P&ts=%T"
send-sender = true
max-messages = 0
omit-empty = true
"""


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """One part of a message that reached the SMSC."""

    to: str
    sender: str
    coding: int
    has_header: bool
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the SMSC does with a part: reject it, or take it and send receipts with these states."""

    rejected_with: int = 0
    receipts: tuple[str, ...] = ("DELIVRD",)


@dataclass
class Smsc:
    """An SMSC in a thread with a loop of its own, so that it outlives the tests' loops."""

    port: int
    submitted: list[Submitted] = field(default_factory=list)
    decide: Callable[[Submitted], Verdict] = lambda _: Verdict()

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._esme: Any = None
        self._bound = threading.Event()
        self._number = 1000
        self._reporting: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = smpp34.Server(host="127.0.0.1", port=self.port, system_id="SIM")
        self._run(self._start())

    def wait_until_bound(self) -> None:
        """Return once Kannel has logged in."""
        if not self._bound.wait(_UP_SECONDS):
            raise TimeoutError("Kannel did not bind to the SMSC")

    def say(self, text: str, *, sender: str = "8613800138000", parts: int = 1) -> None:
        """Let a phone send a text, in several parts that arrive in the wrong order."""
        is_plain = text.isascii()
        raw = text.encode() if is_plain else text.encode("utf-16-be")
        coding = 0 if is_plain else _UCS2
        if parts == 1:
            self._run(self._deliver(raw, sender=sender, coding=coding, esm_class=0))
            return
        # Even sizes, so that no UTF-16 unit is cut in two.
        size = (len(raw) // parts // 2 + 1) * 2
        pieces = [raw[i * size : (i + 1) * size] for i in range(parts)]
        for number, piece in reversed(list(enumerate(pieces, 1))):
            header = bytes([5, 0, 3, 77, parts, number])
            self._run(
                self._deliver(header + piece, sender=sender, coding=coding, esm_class=_HAS_HEADER)
            )

    def texts(self) -> list[str]:
        """What phones would show: parts put together, in the order of their first part."""
        whole: dict[object, dict[int, Submitted]] = {}
        for count, part in enumerate(self.submitted):
            key = (part.to, part.body[3]) if part.has_header else count
            number = part.body[5] if part.has_header else 1
            whole.setdefault(key, {})[number] = part
        return [_shown([parts[n] for n in sorted(parts)]) for parts in whole.values()]

    def stop(self) -> None:
        """End the server and its thread."""
        with suppress(Exception):
            self._run(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _start(self) -> None:
        await self._server.start()
        self._serving = self._loop.create_task(self._serve())

    async def _serve(self) -> None:
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self._esme = event
                self._bound.set()
            elif isinstance(event, smpp34.SubmitSmEvent):
                await self._take(event)

    async def _take(self, event: Any) -> None:
        part = Submitted(
            to=event.destination_addr,
            sender=event.source_addr,
            coding=event.data_coding,
            has_header=bool(event.esm_class & _HAS_HEADER),
            body=bytes(event.short_message),
        )
        verdict = self.decide(part)
        if verdict.rejected_with:
            event.reject(verdict.rejected_with)
            return
        self.submitted.append(part)
        self._number += 1
        event.accept(message_id=str(self._number))
        if event.registered_delivery and verdict.receipts:
            report = self._report(event, self._number, verdict.receipts)
            self._reporting.add(self._loop.create_task(report))

    async def _report(self, event: Any, number: int, states: tuple[str, ...]) -> None:
        # The answer to the submission is written by another task: a receipt that overtook it
        # would name a message that Kannel does not know yet, and Kannel would forget it.
        await asyncio.sleep(_RECEIPT_SECONDS)
        for state in states:
            text = (
                f"id:{number} sub:001 dlvrd:001 submit date:2611211919 done date:2611211920 "
                f"stat:{state} err:000 text:x"
            )
            await self._esme.deliver_sm(
                source_addr=event.destination_addr,
                destination_addr=event.source_addr,
                esm_class=_RECEIPT,
                short_message=text.encode(),
            )

    async def _deliver(self, body: bytes, *, sender: str, coding: int, esm_class: int) -> None:
        await self._esme.deliver_sm(
            source_addr=sender,
            source_addr_ton=1,
            source_addr_npi=1,
            destination_addr="10690000",
            data_coding=coding,
            esm_class=esm_class,
            short_message=body,
        )


def _shown(parts: list[Submitted]) -> str:
    body = b"".join(part.body[6:] if part.has_header else part.body for part in parts)
    if parts[0].coding == _UCS2:
        return body.decode("utf-16-be")
    # The tests' English uses only what GSM 03.38 shares with ASCII, and the euro.
    return body.replace(b"\x1be", "€".encode()).replace(b"\x02", b"$").decode()


class Bench:
    """bearerbox and smsbox over an SMSC; `web_port` is where our webhooks must listen."""

    def __init__(self, folder: Path, *, recodes: bool = True) -> None:
        ports = _free_ports(5)
        self._folder = folder
        self._admin, boxes, smsc, self.sendsms_port, self.web_port = ports
        (folder / "spool").mkdir()
        (folder / "kannel.conf").write_text(
            _CONFIG.format(
                admin=self._admin,
                boxes=boxes,
                smsc=smsc,
                sendsms=self.sendsms_port,
                web=self.web_port,
                secret=SECRET,
                recode="yes" if recodes else "no",
            )
        )
        self._running: list[subprocess.Popen[bytes]] = []
        self.smsc = Smsc(smsc)
        try:
            self._start(BEARERBOX)
            self._wait_for("status")
            self.smsc.wait_until_bound()
            self._start(SMSBOX)
            self._wait_for("smsbox:")
        except BaseException:
            self.stop()
            raise

    @property
    def sendsms_url(self) -> str:
        return f"http://127.0.0.1:{self.sendsms_port}/cgi-bin/sendsms"

    def stop(self) -> None:
        """End smsbox, then bearerbox; one that still has messages needs to be killed."""
        for process in reversed(self._running):
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(_STOP_SECONDS)
        self.smsc.stop()

    def _start(self, program: str) -> None:
        self._running.append(
            subprocess.Popen(
                [program, "-v", "4", "kannel.conf"],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def _wait_for(self, word: str) -> None:
        url = f"http://127.0.0.1:{self._admin}/status.txt?password=statuspw"
        until = time.monotonic() + _UP_SECONDS
        while time.monotonic() < until:
            if word in _page(url):
                return
            if any(process.poll() is not None for process in self._running):
                raise RuntimeError("a daemon of Kannel has ended: its configuration is refused")
            time.sleep(0.1)
        raise TimeoutError(f"Kannel's status did not show {word!r}")


def _page(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            text: str = answer.read().decode().lower()
            return text
    except OSError:
        return ""


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
