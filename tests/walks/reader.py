"""Hands on a keyboard, and the ears of somebody who hears the page; never a mouse."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from civic.kernel.catalogue import load
from civic.kernel.i18n import shown
from civic.kernel.text import persian_digits
from tests.journeys.axe import PARTICULAR, source

PHONE = {"width": 360, "height": 780}
MOST_KEYS = 60
CONTROLS = {
    "button", "checkbox", "combobox", "DisclosureTriangle", "link", "radio", "searchbox",
    "spinbutton", "textbox",
}  # fmt: skip
RING = """(() => { const e = document.activeElement, s = getComputedStyle(e);
    const own = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
    const box = e.getClientRects()[0], x = box.left + box.width / 2, y = box.top + box.height / 2;
    const there = document.elementFromPoint(x, y);
    return own && (e.contains(there) || there?.contains(e) && there !== document.body); })()"""
# Words that are cut off at the edge of a box; what is only for the ears (1 px) is so on purpose.
CUT = """[...document.querySelectorAll("body *")].filter((e) => e.clientWidth > 1 &&
    e.scrollWidth > e.clientWidth + 1 && /hidden|clip/.test(getComputedStyle(e).overflowX) &&
    !e.closest("svg")).map((e) => e.outerHTML.slice(0, 200))"""
ASLEEP = ".htmx-request, .htmx-swapping, .htmx-settling, [data-module=ballot]:not([data-alive])"


class Heard(NamedTuple):
    """A thing on the page as a screen reader says it."""

    role: str
    name: str
    description: str
    value: str
    state: dict[str, object]
    node: int


class Reader:
    """One page, read by ear and led by keys, in a language, with JavaScript or without it."""

    def __init__(self, page, town, language, *, scripts):
        self.page, self.town, self.language, self.scripts = page, town, language, scripts
        self.wire = page.context.new_cdp_session(page)
        self.wire.send("Accessibility.enable")
        self.examined = town.examined
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("response", lambda a: a.status >= 500 and self.troubles.append(a.url))

    path = property(lambda self: urlsplit(self.page.url).path)

    def number(self, value):
        """A number in the digits of this reader."""
        return persian_digits(str(value)) if self.language == "fa" else str(value)

    def says(self, msgid, **values):
        """A sentence of ours in the language of this reader."""
        said = load("fa").gettext(msgid) if self.language == "fa" else msgid
        return said % values if values else said

    def told(self, value):
        """A day, a moment, or a number as this reader is told it."""
        cookie = {"Cookie": f"lang={self.language}"}
        with self.town.app.test_request_context("/", headers=cookie):
            return shown(value)

    # ── hands ─────────────────────────────────────────────────────────────────────────────────

    def open(self, path, status=200):
        """Type an address, and hear what stands there."""
        assert self.page.goto(self.town.url + path).status == status
        self.hear()

    def tab_to(self, role, words, *, key="Tab"):
        """Press Tab until this has the focus; it can be seen there, and nothing holds us up."""
        before = None
        for _ in range(MOST_KEYS):
            self.page.keyboard.press(key)
            now = self.focused()
            assert now is None or now.node != before, f"The focus does not leave {now}."
            before = now and now.node
            if now and now.role == role and words in now.name:
                assert self.page.evaluate(RING), (
                    f"On {self.path} {now.name} is hidden, or looks as without the focus."
                )
                return now
        raise AssertionError(f"{MOST_KEYS} times {key} on {self.path} did not lead to {words}.")

    def press(self, msgid, *, role="button", key="Enter"):
        """Go to a button or link by what it says, press it, and hear the page that comes."""
        self.tab_to(role, self.says(msgid))
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.hear()

    def send(self, msgid):
        """Press the button of a form that stays on its page when something is wrong with it."""
        if not self.scripts:
            self.press(msgid)
            return
        self.tab_to("button", self.says(msgid))
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.keyboard.press("Enter")
        self.hear()

    def choose(self, label):
        """Take the first thing that is offered in a list."""
        self.tab_to("combobox", label)
        self.page.keyboard.press("ArrowDown")

    def hands_over_to(self, who):
        """Let somebody else sit down."""
        self.page.context.add_cookies([self.town.cookie_of(who)])

    def follow(self, msgid):
        """Press a link."""
        self.press(msgid, role="link")

    def tick(self, words):
        """Tick or untick a box."""
        self.tab_to("checkbox", words)
        self.page.keyboard.press("Space")

    def write(self, label, text):
        """Write into a field in the place of what stands there."""
        if label not in (self.focused() or NOBODY).name:
            self.tab_to("textbox", label)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    # ── ears ──────────────────────────────────────────────────────────────────────────────────

    def everything(self):
        """The page as a screen reader has it, from the top to the end."""
        nodes = self.wire.send("Accessibility.getFullAXTree")["nodes"]
        by_id, waiting, said = {node["nodeId"]: node for node in nodes}, [nodes[0]], []
        while waiting:
            node = waiting.pop()
            waiting += [by_id[i] for i in reversed(node.get("childIds", ())) if i in by_id]
            if not node.get("ignored"):
                said.append(_heard(node))
        return said

    def all_of(self, role):
        """Everything of one role."""
        return [one for one in self.everything() if one.role == role]

    def hears(self, words):
        """Is this among what is said by itself when it changes?"""
        live = self.page.get_by_role("status").all_inner_texts()
        return words in [" ".join(text.split()) for text in live]

    def focused(self):
        """What has the focus, if it is not the page itself."""
        here = self.wire.send("Runtime.evaluate", {"expression": "document.activeElement"})[
            "result"
        ]
        if here["className"] == "HTMLBodyElement":
            return None
        only = {"objectId": here["objectId"], "fetchRelatives": False}
        return _heard(self.wire.send("Accessibility.getPartialAXTree", only)["nodes"][0])

    def text(self):
        """Everything that can be read, with single blanks."""
        return " ".join(self.page.inner_text("body").split())

    def finds(self, msgid, **values):
        """Insist that the page says a sentence of ours."""
        said = self.says(msgid, **values)
        assert said in self.text(), f"“{said}” is not on {self.path}:\n{self.text()[:1200]}"

    def is_led_to_the_error(self, *, field=None):
        """The errors have the focus; a link leads from them to the field, which tells its own."""
        here = self.focused() or NOBODY
        assert here.role == "alert", f"The focus is on {here}."
        if field is None:
            return
        link = self.tab_to("link", "")
        self.page.keyboard.press("Enter")
        there = self.focused() or NOBODY
        assert there.name.startswith(field), f"“{link.name}” leads to {there}."
        assert there.state.get("invalid") == "true"
        assert link.name in there.description, f"{there} does not say “{link.name}”."

    def hear(self):
        """What is true of every page, in every state of it."""
        if self.scripts:
            self.page.wait_for_load_state()
            self.page.wait_for_selector(ASLEEP, state="detached")
        assert not self.troubles, self.troubles
        said = self.everything()
        assert said[0].name, "A page has a title."
        headings = [one for one in said if one.role == "heading"]
        assert [h.state.get("level") for h in headings].count(1) == 1, headings
        assert all(one.name for one in said if one.role in CONTROLS), [
            one for one in said if one.role in CONTROLS and not one.name
        ]
        assert {"banner", "main", "contentinfo", "navigation"} <= {one.role for one in said}
        assert self.page.locator("html").get_attribute("lang") == self.language
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{self.path} is {wide} px wide."
        cut = self.page.evaluate(CUT)
        assert not cut, f"On {self.path} this does not fit: {cut}"
        # One and the same state need not be examined twice.
        place = PARTICULAR.sub("…", self.path)
        state = (self.language, self.scripts, place, [h.name for h in headings], len(said))
        if str(state) not in self.examined:
            self.examined.add(str(state))
            self._ask_axe()

    def _ask_axe(self):
        """Examine the page as it stands; where scripts are off, they are let run for this alone.

        Nothing of the page itself wakes up by that: its scripts were passed over as it was read.
        """
        if not self.scripts:
            self._let_scripts_run()
        self.page.evaluate(source())
        found = self.page.evaluate("axe.run().then((found) => found.violations)")
        if not self.scripts:
            assert not self.page.evaluate("'htmx' in window"), "The page woke up."
            self.wire.send("Emulation.setScriptExecutionDisabled", {"value": True})
        assert not found, "\n".join(
            f"{self.path} {one['id']} {node['target']}: {one['help']}"
            for one in found
            for node in one["nodes"]
        )

    def _let_scripts_run(self):
        # What this wire never forbade it cannot allow either: so it forbids it first.
        for forbidden in (True, False):
            self.wire.send("Emulation.setScriptExecutionDisabled", {"value": forbidden})

    def reads_in_order(self):
        """From the top, Tab comes by everything in the order in which it is read."""
        order = [one.node for one in self.everything() if one.role in CONTROLS]
        self.page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
        came = []
        for _ in range(len(order)):
            self.page.keyboard.press("Tab")
            now = self.focused()
            if now is None or now.node in came:
                break
            came.append(now.node)
        places = [order.index(node) for node in came if node in order]
        assert len(places) > 5, f"Tab came by {len(places)} things on {self.path}."
        assert places == sorted(places), f"On {self.path} the focus jumps back."


def _heard(node):
    worth = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    said = [node.get(what, {}).get("value", "") for what in ("name", "description", "value")]
    return Heard(node["role"]["value"], *map(str, said), worth, node.get("backendDOMNodeId", 0))


NOBODY = Heard("", "", "", "", {}, 0)
