"""Drives the dashboard of a demo server in chromium, as an operator would. What it shall do stands in JSON on standard input; the
first thing that is not as it should be ends it with an error."""

import base64
import hashlib
import hmac
import json
import re
import struct
import sys
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

task = json.load(sys.stdin)
BASE, WHO, PASSWORD = task["url"], task["identifier"], task["password"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MANY_TICKS = 20000


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=task["chromium"], args=FLAGS)
        if "pictures" in task:
            return pictures(browser)
        for scene in (
            signing_in,
            from_another_site,
            every_page,
            on_a_phone,
            holding_an_account,
            what_takes_away,
            refusals,
            without_javascript,
            by_keyboard,
            second_factor,
        ):
            scene(browser)
            print(scene.__name__, "ok", file=sys.stderr)
        browser.close()


def visitor(browser, **options):
    """A page of a fresh visitor. It may load nothing from elsewhere and have nothing to complain of."""
    context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-US", "timezone_id": "America/New_York", **options})
    context.set_default_timeout(MANY_TICKS)
    page = context.new_page()
    page.on("request", lambda request: request.url.startswith((BASE, "data:", "about:")) or fail(f"asks for {request.url}"))
    page.on("pageerror", lambda error: fail(f"{page.url}: {error}"))
    page.on("console", lambda message: "Failed to load" in message.text or fail(f"{page.url}: {message.text}"))
    return page


problems = []


def fail(problem):
    problems.append(problem)


def fine():
    assert not problems, problems


def signed_in(browser, who=WHO, **options):
    page = visitor(browser, **options)
    page.goto(f"{BASE}/dashboard/sign-in")
    page.fill("#identifier", who)
    page.fill("#password", PASSWORD)
    page.click("main button")
    expect(page.locator("h1")).to_have_text("Overview")
    return page


def areas(page):
    return page.locator("nav a").evaluate_all("links => links.map(link => link.getAttribute('href'))")


def accessible(page):
    """axe-core finds nothing serious or critical."""
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert not found, [(page.url, v["id"], [n["html"] for n in v["nodes"][:3]]) for v in found]


def signing_in(browser):
    page = visitor(browser)
    page.goto(f"{BASE}/dashboard/admin?q=ada")
    expect(page.locator("h1")).to_have_text("Sign in to Aedile")
    accessible(page)
    page.fill("#identifier", WHO)
    page.fill("#password", "not the password")
    page.click("main button")
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("#identifier")).to_have_value(WHO)
    page.fill("#password", PASSWORD)
    page.click("main button")
    expect(page).to_have_url(f"{BASE}/dashboard/admin?q=ada")
    cookie = next(c for c in page.context.cookies() if c["name"] == "aedile_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax", cookie
    page.click("text=Sign out")
    page.goto(f"{BASE}/dashboard")
    expect(page.locator("h1")).to_have_text("Sign in to Aedile")
    fine()


def from_another_site(browser):
    """A link from elsewhere opens its page; a form that is sent from there does nothing."""
    page = signed_in(browser).context.new_page()
    content = f"""<a href="{BASE}/dashboard/flags">flags</a>
        <form method="post" action="{BASE}/dashboard/do/flag.create"><input name="flag_name" value="forged"><button>send</button></form>"""
    page.route("http://elsewhere.test/**", lambda route: route.fulfill(body=content, content_type="text/html"))
    page.goto("http://elsewhere.test/")
    page.click("a")
    expect(page).to_have_url(f"{BASE}/dashboard/flags")
    expect(page.locator("h1")).to_have_text("Flags")
    page.goto("http://elsewhere.test/")
    with page.expect_navigation() as navigation:
        page.click("button")
    assert navigation.value.status in (401, 403), navigation.value.status
    page.goto(f"{BASE}/dashboard/flags")
    assert "forged" not in page.content()
    fine()


def every_page(browser):
    for scheme in ("light", "dark"):
        page = signed_in(browser, color_scheme=scheme)
        for path in areas(page):
            answer = page.goto(BASE + path)
            assert answer.status == 200, (path, answer.status)
            expect(page.locator("nav [aria-current=page]")).to_have_attribute("href", path)
            accessible(page)
        page.goto(f"{BASE}/dashboard/admin")
        page.click("table a >> nth=6")
        accessible(page)
        time = page.locator("time").first
        assert re.search(r"[AP]M$", time.inner_text()), "times are in the reader's zone"
        page.goto(f"{BASE}/dashboard/do/flag.create")
        accessible(page)
        fine()


def on_a_phone(browser):
    page = signed_in(browser, viewport=PHONE, has_touch=True)
    for path in areas(page) + ["/dashboard/do/role.create"]:
        page.goto(BASE + path)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= PHONE["width"], (path, width)
        expect(page.locator("nav")).to_be_hidden()
    page.click("summary")
    expect(page.locator("nav")).to_be_visible()
    fine()


def holding_an_account(browser):
    page = signed_in(browser)
    page.goto(f"{BASE}/dashboard/admin?q=mei.jansen")
    page.click("td a >> text=Mei Jansen")
    page.click("text=Hold account")
    page.fill("#f-reason", "a chargeback")
    page.click("main button")
    expect(page.locator("h1")).to_have_text("Hold account?")
    expect(page.locator("main")).to_contain_text("Review this change")
    expect(page.locator("tr:has-text('status') del")).to_have_text("active")
    expect(page.locator("tr:has-text('status') ins")).to_have_text("held")
    accessible(page)
    page.click("main a >> text=Back")
    expect(page.locator("dd >> text=active")).to_be_visible()
    page.click("text=Hold account")
    page.fill("#f-reason", "a chargeback")
    page.click("main button")
    page.click("main button >> text=Hold account")
    expect(page.locator("[role=status]")).to_have_text("Held account.")
    expect(page.locator("code >> text=account.hold")).to_be_visible()
    accessible(page)
    page.click("main a >> text=Back")
    expect(page.locator("dd >> text=held")).to_be_visible()
    page.click("text=Release account")
    page.click("main button")
    page.click("main button >> text=Release account")
    expect(page.locator("[role=status]")).to_have_text("Released account.")
    fine()


def what_takes_away(browser):
    """Whatever a page offers in red is shown before it is done, or refused in words; looking does nothing."""
    page = signed_in(browser)
    found = {}
    for path in areas(page) + ["/dashboard/users/user_seller02"]:
        page.goto(BASE + path)
        links = page.locator("a.destructive").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        found.update({link.split("?")[0].split("/")[-1]: link for link in reversed(links)})
    expected = "account.hold announcement.delete api_key.revoke category.delete endpoint.delete flag.delete"
    expected += " local_user.delete refund.issue role.revoke scope.delete tier.delete voucher.withdraw"
    assert set(expected.split()) <= set(found), sorted(found)
    page.goto(f"{BASE}/dashboard/audit")
    newest = page.locator("tbody tr").first.inner_text()
    shown = 0
    for operation, link in sorted(found.items()):
        page.goto(BASE + link)
        reason = page.locator("#f-reason")
        if reason.count():
            reason.fill("a mistake")
        answer = submit(page)
        if answer.status == 200:
            shown += 1
            expect(page.locator("main")).to_contain_text("Review this change")
            expect(page.locator("main button.destructive")).to_be_visible()
        else:
            assert 400 <= answer.status < 500, (operation, answer.status)
            expect(page.locator("main [role=alert]").first).to_be_visible()
        accessible(page)
    assert shown >= 8, (shown, sorted(found))
    page.goto(f"{BASE}/dashboard/audit")
    assert page.locator("tbody tr").first.inner_text() == newest, "looking left a row"
    fine()


def refusals(browser):
    page = signed_in(browser)
    page.goto(f"{BASE}/dashboard/do/category.create")
    page.fill("#f-name", "x" * 65)
    answer = submit(page)
    assert answer.status == 400, answer.status
    expect(page.locator(".field:has(#f-name) [role=alert]")).to_be_visible()
    expect(page.locator("#f-name")).to_have_value("x" * 65)
    accessible(page)
    page.goto(f"{BASE}/dashboard/do/tier.delete?tier_name=anonymous")
    answer = submit(page)
    assert 400 <= answer.status < 500, answer.status
    expect(page.locator("main [role=alert]").first).to_be_visible()
    page = signed_in(browser, "margaret@demo.example")
    assert "/dashboard/flags" in areas(page) and "/api-keys" not in areas(page), areas(page)
    answer = page.goto(f"{BASE}/dashboard/do/account.hold?user_id=user_x")
    assert answer.status == 403, answer.status
    page = signed_in(browser, "ada@demo.example")
    assert "/dashboard/flags" not in areas(page), areas(page)
    fine()


def submit(page):
    with page.expect_navigation() as navigation:
        page.click("main button")
    return navigation.value


def without_javascript(browser):
    page = signed_in(browser, java_script_enabled=False)
    page.goto(f"{BASE}/dashboard/do/flag.create")
    page.fill("#f-flag_name", "quick-search")
    page.fill("#f-rollout_percentage", "12.5")
    page.click("main button")
    expect(page.locator("h1")).to_have_text("Create flag?")
    page.click("main button >> text=Create flag")
    expect(page.locator("[role=status]")).to_have_text("Created flag.")
    expect(page.locator("time").first).to_contain_text("UTC")
    page.goto(f"{BASE}/dashboard/admin")
    page.fill("#f-q", "grace")
    page.select_option("#f-status", "active")
    page.click("text=Find")
    expect(page.locator("tbody tr").first).to_contain_text("Grace")
    fine()


def by_keyboard(browser):
    page = signed_in(browser)
    page.goto(f"{BASE}/dashboard/admin")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the page")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("id", "f-q")
    page.keyboard.type("hiro")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("Hiro")
    fine()


def code(key, ahead=0):
    """What an authenticator app shows (RFC 6238), so many steps ahead."""
    step = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.new(base64.b32decode(key), step, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def second_factor(browser):
    page = signed_in(browser)
    page.goto(f"{BASE}/dashboard/settings")
    page.click("a[href='/dashboard/second-factor']")
    page.click("text=Set up an app")
    expect(page.locator(".qr svg")).to_be_visible()
    # Cameras read it as it was drawn: in whole pixels, and with no line around its modules.
    as_drawn = "svg => svg.getBoundingClientRect().width === svg.width.baseVal.value"
    assert page.locator(".qr svg").evaluate(as_drawn), "the QR code is scaled"
    assert page.locator(".qr path").evaluate("path => getComputedStyle(path).stroke") == "none"
    accessible(page)
    key = page.locator("pre").inner_text().strip()
    page.fill("#code", "000000")
    page.click("button[value=confirm]")
    expect(page.locator(".notice.bad")).to_contain_text("wrong")
    page.fill("#code", code(key))
    page.click("button[value=confirm]")
    expect(page.locator("pre")).to_be_visible()
    accessible(page)
    recovery_code = page.locator("pre").inner_text().split()[0]
    page.context.close()

    # The password alone leads to no page but the one that asks for the code.
    page = visitor(browser, viewport=PHONE)
    page.goto(f"{BASE}/dashboard/sign-in?to=%2Fdashboard%2Fsettings")
    page.fill("#identifier", WHO)
    page.fill("#password", PASSWORD)
    page.click("main button")
    for path in ("/dashboard/admin", "/dashboard/second-factor", "/dashboard/settings"):
        page.goto(BASE + path)
        expect(page.locator("h1")).to_have_text("Prove who you are")
    accessible(page)
    page.fill("#code", code(key, 1))
    page.click("text=Continue")
    expect(page.locator("h1")).to_have_text("Settings")
    expect(page.locator("section", has_text="Recovery codes left")).to_contain_text("10")
    page.goto(f"{BASE}/dashboard/second-factor")
    page.click("text=Remove")
    page.click("main button")
    page.click("main button")
    expect(page.locator(".notice.good")).to_be_visible()
    assert len(recovery_code) == 19, recovery_code
    fine()


def pictures(browser):
    """What the documents show."""
    for name, path, options in (
        ("overview", "/dashboard", {}),
        ("moderation", "/dashboard/moderation/flags/1", {}),
        ("users", "/dashboard/admin", {"color_scheme": "dark"}),
        ("access", "/dashboard/access", {}),
        ("flag", "/dashboard/flags/new-parser-v2", {}),
        ("money", "/dashboard/money", {}),
        ("phone", "/dashboard/moderation", {"viewport": PHONE}),
    ):
        page = signed_in(browser, **options)
        page.goto(BASE + path)
        page.screenshot(path=f"{task['pictures']}/{name}.png")
        page.context.close()
    page = signed_in(browser)
    page.goto(f"{BASE}/dashboard/do/account.hold?user_id=user_seller02")
    page.fill("#f-reason", "a chargeback")
    page.click("main button")
    page.screenshot(path=f"{task['pictures']}/preview.png")


main()
