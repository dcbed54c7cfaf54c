"""The dashboard over a real database: its figures are the books', its lists and its file too."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest

from storage import agents, figures
from storage.figures import Asked, Step
from tests.bot.console.test_work import ROLES, ZONE, Office, office, pages
from tests.builders import TODAY
from tests.storage import books

__all__ = ["office", "pages"]
RANGE = "since=2026-02-13&until=2026-03-12"


async def filled(office: Office, bills: int = 400) -> Asked:
    """The books of many bills, asked for four weeks of them."""
    await office.db.write(books.drawn(21, bills).write)
    known = await office.db.read(figures.currencies)
    return Asked(since_on=date(2026, 2, 13), until_on=books.TODAY, currency=known[0], zone=ZONE)


def shown(page: str) -> str:
    """The page as read: no tags, single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")


async def test_the_tiles_are_the_figures_of_the_books(office: Office) -> None:
    asked = await filled(office)
    found = await office.db.read(lambda conn: figures.read(conn, asked, today=TODAY))
    await office.log_in("operator")
    page = shown(await office.text(f"/dashboard?{RANGE}&currency=USD"))
    kept, settled, rate = found.promises, found.settled, found.complaints
    assert kept.value is not None
    assert settled.value is not None
    assert rate.per_10_000 is not None
    for told in (
        f"${found.paid.decimal:,.2f}",
        f"{100 * kept.value:.1f}% {kept.hits} of {kept.of}",
        f"{100 * settled.value:.1f}% {settled.hits} of {settled.of}",
        f"{rate.per_10_000:,.1f} {rate.count} complaint",
        f"{found.plans.hits} of {found.plans.of}",
    ):
        assert told in page, told


async def test_each_step_of_the_way_leads_to_its_bills(office: Office) -> None:
    asked = await filled(office)
    found = await office.db.read(lambda conn: figures.read(conn, asked, today=TODAY))
    await office.log_in("auditor")
    page = await office.text(f"/dashboard?{RANGE}&currency=USD")
    links = re.findall(r'class="funnel-row" href="/console(/[^"]+)"', page)
    assert len(links) == len(Step)
    for step, link in zip(Step, links, strict=True):
        listed = await office.text(link.replace("&amp;", "&"))
        assert listed.count("<tr>") - 1 == min(found.steps[step], 50), step


async def test_each_reason_for_a_person_leads_to_its_cases(office: Office) -> None:
    asked = await filled(office)
    found = await office.db.read(lambda conn: figures.read(conn, asked, today=TODAY))
    await office.log_in("operator")
    page = await office.text(f"/dashboard?{RANGE}&currency=USD")
    links = re.findall(r'href="/console(/dashboard/cases[^"]+)"', page)
    assert len(links) == len(found.reasons) > 1
    for each, link in zip(found.reasons, links, strict=True):
        listed = (await office.text(link.replace("&amp;", "&"))).split("<main", 1)[1]
        assert listed.count("<tr>") - 1 == each.count, each.reason
        assert not any(name in listed for name in books.NAMES)
        assert "/console/talks/t" in listed
    acts = await office.db.read(agents.acts_of)
    assert acts[0].reason == f"{found.reasons[-1].reason.value}: {found.reasons[-1].count}"
    assert acts[0].act == "cases_listed"
    assert (await office.get("/dashboard/cases?reason=nothing")).status == 404


async def test_a_campaign_narrows_the_figures_the_lists_and_the_file(office: Office) -> None:
    drawn = books.drawn(21, 400)
    for number, row in enumerate(drawn.rows["accounts"]):
        row["campaign"] = "march" if number % 4 == 0 else "april"
    await office.db.write(drawn.write)
    known = await office.db.read(figures.currencies)
    days = {"since_on": date(2026, 2, 13), "until_on": books.TODAY}
    asked = Asked(**days, currency=known[0], zone=ZONE, campaign="march")
    found = await office.db.read(lambda conn: figures.read(conn, asked, today=TODAY))
    await office.log_in("operator")
    page = await office.text(f"/dashboard?{RANGE}&currency=USD&campaign=march")
    assert '<option value="march" selected>' in page
    assert f"${found.paid.decimal:,.2f}" in shown(page)
    links = re.findall(r'class="funnel-row" href="/console(/[^"]+)"', page)
    for step, link in zip(Step, links, strict=True):
        listed = await office.text(link.replace("&amp;", "&"))
        assert max(listed.count("<tr>") - 1, 0) == min(found.steps[step], 50), step
    file = await office.text(f"/dashboard.csv?{RANGE}&currency=USD&campaign=march")
    assert "range,,campaign,march" in file
    assert f"funnel,sent,accounts,{found.steps[Step.SENT]}" in file
    whole = replace(asked, campaign="")
    found = await office.db.read(lambda conn: figures.read(conn, whole, today=TODAY))
    page = await office.text(f"/dashboard?{RANGE}&currency=USD&campaign=nobody")
    assert f"${found.paid.decimal:,.2f}" in shown(page), "a campaign that is not known is none"


async def test_bills_behind_a_figure_are_masked_paged_and_noted(office: Office) -> None:
    await filled(office)
    where = f"/dashboard/bills?step=planned&{RANGE}&currency=USD"
    await office.log_in("auditor")
    page = (await office.text(where)).split("<main", 1)[1]
    assert not any(name in page for name in ("Dana Mills", "王佳宁", "N00000"))
    assert "D**** M." in page
    assert "after=50" in page
    assert (await office.acts())[0] == "bills_listed"
    acts = await office.db.read(agents.acts_of)
    assert (acts[0].agent_id, acts[0].reason) == ("auditor", "planned: 50")
    await office.log_in("lead")
    assert "Dana Mills" in await office.text(where)
    assert (await office.get("/dashboard/bills?step=nowhere")).status == 404
    assert (await office.get("/dashboard/bills?step=sent&band=nowhere")).status == 404


async def test_the_file_holds_every_figure_and_that_it_was_taken_is_noted(office: Office) -> None:
    asked = await filled(office)
    found = await office.db.read(lambda conn: figures.read(conn, asked, today=TODAY))
    await office.log_in("operator")
    response = await office.get(f"/dashboard.csv?{RANGE}&currency=USD")
    assert response.content_type == "text/csv"
    rows = list(csv.DictReader(io.StringIO((await response.read()).decode("utf-8-sig"))))
    told = {(row["part"], row["of"], row["figure"]): row["value"] for row in rows}
    assert len(told) == len(rows)
    assert told["total", "", "money_in"] == str(found.paid.decimal)
    assert told["total", "", "promises_kept"] == str(found.promises.hits)
    for step, count in found.steps.items():
        assert told["funnel", step.value, "accounts"] == str(count)
    days = [value for (part, _, name), value in told.items() if (part, name) == ("day", "money_in")]
    assert len(days) == asked.length
    assert sum(map(float, days)) == pytest.approx(float(found.paid.decimal))
    assert (await office.acts())[0] == "exported"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-03-12&until=2026-02-13", "lies after the last one"),
        ("since=2026-03-12", "Give both days"),
        ("since=tomorrow&until=2026-03-12", "Give both days"),
        ("since=2026-03-01&until=2027-03-01", "later than today"),
        ("since=2024-03-01&until=2026-03-01", "366 days long at most"),
    ],
)
async def test_a_range_that_cannot_be_says_why_and_shows_the_usual(
    office: Office, query: str, said: str
) -> None:
    await office.db.write(books.drawn(22, 20).write)
    await office.log_in("operator")
    response = await office.get(f"/dashboard?{query}")
    page = await response.text()
    assert response.status == 422
    assert said in page
    assert 'value="2026-11-23"' in page
    assert (await office.get(f"/dashboard.csv?{query}")).status == 404


async def test_without_bills_the_page_says_what_to_do(office: Office) -> None:
    await office.log_in("operator")
    page = await office.text("/dashboard")
    assert "No bills yet" in page
    assert 'name="since"' not in page
    assert (await office.get("/dashboard/bills?step=sent")).status == 404


async def test_amounts_of_two_currencies_are_never_summed(office: Office) -> None:
    await filled(office)
    await office.log_in("operator")
    pages_of = {
        code: await office.text(f"/dashboard?{RANGE}&currency={code}") for code in ("USD", "CNY")
    }
    assert "¥" not in pages_of["USD"]
    assert "$" not in pages_of["CNY"]
    other = await office.text(f"/dashboard?{RANGE}&currency=XYZ")
    assert other.replace("currency=XYZ", "currency=USD") == pages_of["USD"]


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
async def test_the_drawing_is_an_image_with_a_sentence_and_a_table(
    office: Office, language: str
) -> None:
    await filled(office, 60)
    await office.log_in("operator")
    response = await office.client.get(
        f"/console/dashboard?{RANGE}", headers={"Accept-Language": language}
    )
    page = await response.text()
    found = re.search(r'role="img" aria-label="([^"]+)"', page)
    assert found is not None
    assert "<" not in found[1]
    assert len(re.findall(r"\d", found[1])) > 10
    assert page.count('<th scope="row"><time') == 28
    assert not re.findall(r"<script(?![^>]*\bsrc=)|\sstyle=", page)


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_sees_figures_and_the_file_is_for_those_who_export(
    office: Office, role: str
) -> None:
    await office.log_in(role)
    assert (await office.get("/dashboard")).status == 200
    may = role in ("lead", "operator", "auditor")
    assert (await office.get("/dashboard.csv")).status == (200 if may else 403)


async def test_a_stranger_sees_no_figure(office: Office) -> None:
    for where in ("/dashboard", "/dashboard.csv", "/dashboard/bills?step=sent"):
        response = await office.client.get(f"/console{where}", allow_redirects=False)
        assert response.status == 303
