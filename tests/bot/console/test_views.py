"""The pages and acts of an agent, without script: log in, claim, reply, hand back."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from bot.console.pages import AgentLine, GuardState, NoteLine
from flows.records import ConversationId
from tests.bot.console.conftest import Browser
from tests.bot.console.memory import FORBIDDEN, LIN, XU

TALK = "/talks/t2"
ID = ConversationId("t2")


# --- log in ------------------------------------------------------------------------------------


async def test_a_stranger_is_led_to_the_log_in_page_and_back(browser: Browser) -> None:
    response = await browser.get(TALK)
    assert response.url.path == "/console/login"
    assert response.url.query["next"] == "/console/talks/t2"
    opened = await browser.post(
        "/login", name="lin", password="correct horse battery", next="/console/talks/t2"
    )
    assert opened.headers["Location"] == "/console/talks/t2"


async def test_a_wrong_name_and_a_wrong_password_look_the_same(browser: Browser) -> None:
    name = await browser.log_in(name="nobody")
    password = await browser.log_in(password="wrong")
    assert name.status == password.status == 422
    assert "工号或密码不对" in await name.text()
    assert re.sub("nobody|lin|value=.*?>", "", await name.text()) == re.sub(
        "nobody|lin|value=.*?>", "", await password.text()
    )


async def test_after_five_wrong_tries_even_the_right_password_waits(browser: Browser) -> None:
    for _ in range(5):
        await browser.log_in(password="wrong")
    assert (await browser.log_in()).status == 429
    browser.clock.move(timedelta(minutes=16))
    assert (await browser.log_in()).status == 303


async def test_logging_in_replaces_the_cookie_that_was_there(browser: Browser) -> None:
    await browser.get("/login")
    before = browser.client.session.cookie_jar.filter_cookies(browser.client.make_url("/console"))
    await browser.log_in()
    after = browser.client.session.cookie_jar.filter_cookies(browser.client.make_url("/console"))
    assert before["duetalk"].value != after["duetalk"].value


async def test_the_cookie_is_out_of_reach_of_script_and_of_other_sites(browser: Browser) -> None:
    cookie = (await browser.log_in()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "away", ["https://evil.example", "//evil.example", "/console//evil", "/other"]
)
async def test_after_the_log_in_nobody_is_led_away(browser: Browser, away: str) -> None:
    opened = await browser.post("/login", name="lin", password="correct horse battery", next=away)
    assert opened.headers["Location"] == "/console/talks"


async def test_a_session_ends_after_half_an_hour_without_an_act(agent: Browser) -> None:
    agent.clock.move(timedelta(minutes=29))
    assert (await agent.get("/talks")).url.path == "/console/talks"
    agent.clock.move(timedelta(minutes=31))
    response = await agent.get("/talks")
    assert response.url.path == "/console/login"
    assert "登录已失效" in await response.text()
    assert agent.data.sessions == {}


async def test_a_session_ends_after_twelve_hours_whatever_happens(agent: Browser) -> None:
    for _ in range(25):
        agent.clock.move(timedelta(minutes=29))
        response = await agent.get("/talks")
    assert response.url.path == "/console/login"


async def test_what_a_page_fetches_by_itself_keeps_no_session_alive(agent: Browser) -> None:
    for _ in range(4):
        agent.clock.move(timedelta(minutes=10))
        response = await agent.get("/talks?part=live")
    assert response.status == 401


async def test_logging_out_ends_the_session_on_the_server(agent: Browser) -> None:
    await agent.post("/logout")
    assert agent.data.sessions == {}
    assert (await agent.get("/talks")).url.path == "/console/login"


# --- forged and broken requests -------------------------------------------------------------------


@pytest.mark.parametrize(
    "where",
    ["/talks/next", "/talks/t2/claim", "/talks/t2/reply", "/logout", "/preferences", "/login"],
)
@pytest.mark.parametrize("token", ["", "wrong", "é"])
async def test_a_form_without_the_token_of_the_cookie_does_nothing(
    agent: Browser, where: str, token: str
) -> None:
    response = await agent.post(where, csrf=token, text="hello", name="lin", password="x")
    assert response.status == 403
    assert "这个动作没有执行" in await response.text()
    assert agent.data.talks[ID].head.holder is None
    assert agent.data.sessions


async def test_the_token_of_another_browser_is_worth_nothing(agent: Browser) -> None:
    stolen = await agent.csrf()
    agent.client.session.cookie_jar.clear()
    await agent.get("/login")
    assert (await agent.post("/login", csrf=stolen, name="lin", password="x")).status == 403


@pytest.mark.parametrize(
    "where", ["/nothing", "/talks/nobody", "/static/secret.py", "/talks/t2/claim/x"]
)
async def test_an_unknown_page_says_so_in_words(agent: Browser, where: str) -> None:
    response = await agent.get(where)
    assert response.status == 404
    assert "没有这一页" in await response.text()


async def test_no_page_may_load_or_run_anything_foreign(agent: Browser) -> None:
    for where in ("/talks", TALK, "/demo", "/phones", "/styleguide", "/static/base.css"):
        policy = (await agent.get(where)).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_pages_are_never_kept_but_stamped_files_are(agent: Browser) -> None:
    page = await agent.get("/talks")
    assert page.headers["Cache-Control"] == "no-store"
    stamped = re.findall(r"/console(/static/[\w.]+\?v=\w+)", await page.text())
    assert len(stamped) >= 6
    for where in stamped:
        assert "immutable" in (await agent.get(where)).headers["Cache-Control"]


# --- queue and talk ---------------------------------------------------------------------------------


@pytest.mark.rule("S83", "CN-21")
async def test_names_are_masked_until_the_talk_is_opened(agent: Browser) -> None:
    listed = await agent.text("/talks?tab=unassigned")
    assert "陈**" in listed
    assert "陈思远" not in listed
    opened = await agent.text(f"{TALK}?tab=unassigned")
    assert "陈思远" in opened
    assert "周敏" not in opened


@pytest.mark.rule("S83", "CN-21")
async def test_a_number_is_never_written_out(agent: Browser) -> None:
    page = await agent.text(TALK)
    assert "138 **** 2046" in page
    assert "13800002046" not in page


async def test_the_title_holds_no_name_and_no_words_of_a_customer(agent: Browser) -> None:
    found = re.search("<title>(.*?)</title>", await agent.text(TALK))
    assert found
    assert "陈思远" not in found[1]


async def test_under_each_customer_line_stand_its_intents_and_facts(agent: Browser) -> None:
    page = await agent.text(TALK)
    assert "申请分期 <data" in page
    assert "0.97" in page
    assert "也问：金额有争议" in page


async def test_each_bot_line_says_why(agent: Browser) -> None:
    page = await agent.text(TALK)
    assert "为什么" in page
    assert "plan.options" in page


async def test_each_message_has_its_own_language(agent: Browser) -> None:
    assert '<div class="bubble" lang="zh-Hans">' in await agent.text(TALK)
    assert 'class="row-last" lang="en"' in await agent.text("/talks?tab=team")


async def test_words_of_a_customer_are_never_markup(agent: Browser) -> None:
    await agent.data.customer_says("t2", "<img src=x onerror=alert(1)>", agent.clock.now())
    page = await agent.text(TALK)
    assert "<img" not in page
    assert "&lt;img src=x" in page


async def test_opening_a_talk_counts_as_reading_it(agent: Browser) -> None:
    assert agent.data.rows["t1"].is_unread
    await agent.get("/talks/t1")
    assert not agent.data.rows["t1"].is_unread


async def test_a_page_has_one_heading_and_names_its_places(agent: Browser) -> None:
    for where in ("/talks", TALK):
        page = await agent.text(where)
        assert len(re.findall("<h1", page)) == 1
        assert len(re.findall("<main", page)) == 1
        assert 'aria-label="队列"' in page


async def test_ids_are_given_once(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    for where in (TALK, "/demo", "/styleguide"):
        ids = re.findall(r'\sid="([^"]+)"', await agent.text(where))
        assert len(ids) == len(set(ids)), sorted(id for id in ids if ids.count(id) > 1)


# --- acts ---------------------------------------------------------------------------------------------


async def test_the_bot_is_silent_while_an_agent_holds_the_talk(agent: Browser) -> None:
    done = await agent.post(f"{TALK}/claim")
    assert done.status == 303
    before = len(agent.data.talks[ID].lines)
    await agent.data.customer_says("t2", "在吗", agent.clock.now())
    assert len(agent.data.talks[ID].lines) == before + 1


async def test_a_talk_that_a_colleague_holds_is_not_claimed(agent: Browser) -> None:
    await agent.data.claim(XU, ID, now=agent.clock.now())
    refused = await agent.post(f"{TALK}/claim")
    assert refused.status == 422
    assert "会话已由许诺接手" in await refused.text()
    assert agent.data.talks[ID].head.holder == XU


async def test_take_next_opens_the_talk_it_claimed(agent: Browser) -> None:
    taken = await agent.post("/talks/next")
    assert taken.headers["Location"] == "/console/talks/t1"
    assert agent.data.talks[ConversationId("t1")].head.holder == LIN


async def test_take_next_says_when_there_is_nothing(agent: Browser) -> None:
    for _ in range(6):
        await agent.post("/talks/next")
    nothing = await agent.post("/talks/next")
    assert "现在没有可领取的会话" in await agent.text(
        nothing.headers["Location"].removeprefix("/console")
    )


async def reply_version(browser: Browser) -> str:
    return str(browser.data.talks[ID].version)


async def test_a_reply_is_sent_and_shown_with_its_delivery(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    done = await agent.post(
        f"{TALK}/reply", text=" 好的，我查一下。 ", seen=await reply_version(agent)
    )
    assert done.status == 303
    line = agent.data.talks[ID].lines[-1]
    assert isinstance(line, AgentLine)
    assert line.said.text == "好的，我查一下。"
    assert "排队" in await agent.text(TALK)


async def test_a_refused_reply_keeps_the_text_and_says_why(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    text = f"再不还款就{FORBIDDEN}"
    refused = await agent.post(f"{TALK}/reply", text=text, seen=await reply_version(agent))
    page = await refused.text()
    assert refused.status == 422
    assert f">{text}</textarea>" in page
    assert "不得提及告知第三方" in page
    assert "kind:third_party" in page


async def test_a_reply_to_an_old_state_of_the_talk_is_held(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    seen = await reply_version(agent)
    await agent.data.customer_says("t2", "等等，我先问下家里", agent.clock.now())
    held = await agent.post(f"{TALK}/reply", text="那就这样定了", seen=seen)
    page = await held.text()
    assert held.status == 422
    assert "对方刚又写了一条" in page
    assert "等等，我先问下家里" in page
    again = await agent.post(f"{TALK}/reply", text="那就这样定了", seen=await reply_version(agent))
    assert again.status == 303


async def test_an_empty_reply_is_not_sent(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    before = agent.data.talks[ID].version
    refused = await agent.post(f"{TALK}/reply", text="  ", seen=str(before))
    assert "写点什么再发送" in await refused.text()
    assert agent.data.talks[ID].version == before


async def test_a_note_stays_inside(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    await agent.post(f"{TALK}/reply", kind="note", text="语气放缓", seen="0")
    assert isinstance(agent.data.talks[ID].lines[-1], NoteLine)
    assert "仅内部可见" in await agent.text(TALK)


async def test_handing_back_needs_a_note(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    refused = await agent.post(f"{TALK}/hand-back", note=" ")
    assert refused.status == 422
    assert agent.data.talks[ID].head.holder == LIN
    done = await agent.post(f"{TALK}/hand-back", note="已核对付款", quiet="2026-03-13T09:00")
    assert done.status == 303
    assert agent.data.talks[ID].head.holder is None
    assert "林雨交回机器人：已核对付款" in await agent.text(TALK)


@pytest.mark.parametrize("quiet", ["yesterday", "2020-01-01T09:00"])
async def test_a_quiet_time_lies_ahead(agent: Browser, quiet: str) -> None:
    await agent.post(f"{TALK}/claim")
    refused = await agent.post(f"{TALK}/hand-back", note="好", quiet=quiet)
    assert refused.status == 422
    assert "时间要在现在之后" in await refused.text()


async def test_the_guard_answers_with_a_fragment(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    verdict = await agent.post(
        f"{TALK}/guard", text=f"我们会{FORBIDDEN}", seen=await reply_version(agent)
    )
    fragment = await verdict.text()
    assert "<html" not in fragment
    assert f'data-state="{GuardState.REFUSED.value}"' in fragment
    assert 'data-spans="3-8 "' in fragment


async def test_script_gets_fragments_where_a_form_gets_pages(agent: Browser) -> None:
    await agent.post(f"{TALK}/claim")
    part = {"X-Part": "1"}
    seen = await reply_version(agent)
    sent = await agent.post(f"{TALK}/reply", headers=part, text="好的", seen=seen)
    assert sent.status == 200
    assert 'class="toast"' in await sent.text()
    refused = await agent.post(f"{TALK}/reply", headers=part, text=FORBIDDEN, seen="99")
    assert refused.status == 422
    assert "<html" not in await refused.text()


async def test_the_live_part_holds_every_place_that_changes(agent: Browser) -> None:
    places = set(re.findall(r'data-part="([\w-]+)"', await agent.text(TALK)))
    parts = set(re.findall(r'data-part="([\w-]+)"', await agent.text(f"{TALK}?part=live")))
    assert places <= parts | {"guard"}


# --- wishes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "word"), [("zh-Hans", "会话"), ("zh-Hant", "對話"), ("en", "Conversations")]
)
async def test_the_language_is_remembered(agent: Browser, language: str, word: str) -> None:
    await agent.post("/preferences", language=language, back="/console/talks")
    page = await agent.text("/talks")
    assert f'<html lang="{language}"' in page
    assert word in page


async def test_the_theme_is_rendered_by_the_server(agent: Browser) -> None:
    await agent.post("/preferences", theme="dark", back="/console/talks")
    assert 'data-theme="dark"' in await agent.text("/talks")


@pytest.mark.parametrize(
    ("wish", "language"),
    [("zh-CN,zh;q=0.9", "zh-Hans"), ("zh-TW", "zh-Hant"), ("zh-Hant-HK", "zh-Hant"), ("fr", "en")],
)
async def test_a_newcomer_gets_the_language_of_his_browser(
    browser: Browser, wish: str, language: str
) -> None:
    response = await browser.get("/login", **{"Accept-Language": wish})
    assert f'<html lang="{language}"' in await response.text()


# --- demo and phones ------------------------------------------------------------------------------------


async def test_the_demo_needs_no_log_in(browser: Browser) -> None:
    page = await browser.text("/demo")
    assert "王佳宁的手机" in page
    assert "Sam’s phone" in page
    assert (await browser.get("/talks")).url.path == "/console/talks"


async def test_words_written_on_a_phone_arrive(browser: Browser) -> None:
    await browser.get("/demo")
    done = await browser.post("/phones/wang/said", text="我已经还了")
    assert done.headers["Location"] == "/console/phones/wang"
    assert "我已经还了" in await browser.text("/phones/wang")
    await browser.post("/phones/wang/said", choice="好", text="")
    assert browser.demo.shown.phones[0].bubbles[-1].said.text == "好"


async def test_a_phone_on_the_demo_page_leads_back_there_without_script(browser: Browser) -> None:
    await browser.get("/demo")
    for came_from in ("/demo", "/demo?started=1"):
        headers = {"Referer": str(browser.client.make_url(f"/console{came_from}"))}
        done = await browser.post("/phones/wang/said", headers=headers, text="好")
        assert done.headers["Location"] == "/console/demo"


async def test_the_demos_clock_moves_by_known_steps_only(browser: Browser) -> None:
    await browser.get("/demo")
    assert (await browser.post("/demo/clock", step="hour")).status == 303
    assert (await browser.post("/demo/clock", step="year")).status == 400
    assert len(browser.demo.steps) == 1


# --- the markup itself ------------------------------------------------------------------------------------

VOID = {"meta", "link", "input", "img", "br", "use", "path", "circle"}


class Balance(HTMLParser):
    """Finds tags that are not closed, or closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"{tag} at {self.getpos()}")


@pytest.mark.parametrize(
    "where",
    [
        "/login",
        "/talks",
        TALK,
        f"{TALK}/details",
        f"{TALK}/hand-back",
        "/demo",
        "/phones",
        "/phones/sam",
        "/styleguide",
    ],
)
async def test_every_tag_is_closed(agent: Browser, where: str) -> None:
    await agent.post(f"{TALK}/claim")
    if where == "/login":
        await agent.post("/logout")
    balance = Balance()
    balance.feed(await agent.text(where))
    assert balance.wrong == []
    assert balance.open == []
