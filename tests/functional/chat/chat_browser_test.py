"""The page of apps/chat in two headless Chromiums, one on each of two workers. Environment: INDRIK_COMMAND, INDRIK_MODULE.

With CHAT_PICTURES=folder it leaves pictures of the page there.
"""

import base64
import json
import os
import pathlib
import re
import signal
import tempfile
import time
import unittest

import devtools
import served

PATIENCE = 60


class Page:
    """Somebody's browser in a room."""

    def __init__(self, browser, server):
        self.browser = browser
        self.address = f"http://127.0.0.1:{server.port}"

    def enter(self, name, room="lobby"):
        self.browser.navigate(f"{self.address}/room/{room}")
        self.browser.evaluate(f"localStorage.setItem('name', {json.dumps(name)})")
        self.reload()

    def reload(self):
        self.browser.call("Page.reload")
        self.browser.wait_for_load()
        self.until("/^Worker/.test(document.querySelector('#state').textContent)")

    def until(self, condition):
        """The first value of a JavaScript expression that is true."""
        deadline = time.monotonic() + PATIENCE
        while True:
            value = self.browser.evaluate(condition)
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {condition}; the page says:\n" + self.browser.evaluate("document.body.innerText"))
            time.sleep(0.02)

    def worker(self):
        """0 while it is not connected."""
        found = re.fullmatch(r"Worker (\d+)", self.browser.evaluate("document.querySelector('#state').textContent"))
        return int(found[1]) if found else 0

    def say(self, text):
        self.browser.evaluate("document.querySelector('#text').focus()")
        self.browser.call("Input.insertText", text=text)
        self.browser.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13)
        self.browser.call("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)

    def texts(self):
        return self.browser.evaluate("[...document.querySelectorAll('#messages li:not(.waiting) .what')].map(one => one.textContent)")

    def until_texts(self, texts):
        wanted = json.dumps(json.dumps(texts, separators=(",", ":"), ensure_ascii=False))
        shown = "[...document.querySelectorAll('#messages li:not(.waiting) .what')].map(one => one.textContent)"
        self.until(f"JSON.stringify({shown}) === {wanted}")

    def people(self):
        return self.browser.evaluate("[...document.querySelectorAll('#people li')].map(one => one.textContent)")

    def picture(self, folder, name, width, height, scheme):
        self.browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        picture = self.browser.call("Page.captureScreenshot", format="png")
        pathlib.Path(folder, f"{name}.png").write_bytes(base64.b64decode(picture["data"]))
        # Nothing sticks out to the side.
        wide = self.browser.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        self.browser.call("Emulation.clearDeviceMetricsOverride")
        return not wide


@unittest.skipUnless(devtools.program(), "there is no chromium")
class ChatBrowserTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browsers = [cls.enterClassContext(devtools.Browser()) for _ in range(2)]

    def setUp(self):
        self.server = self.enterContext(
            served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"], workers=4))
        self.anna, self.ben = (Page(browser, self.server) for browser in self.browsers)
        self.anna.enter("Anna")
        self.ben.enter("Ben")
        while self.ben.worker() == self.anna.worker():
            self.ben.reload()

    def test_people_keep_chatting_when_a_worker_is_killed(self):
        anna, ben = self.anna, self.ben
        anna.until("document.querySelectorAll('#people li').length === 2")
        self.assertEqual(["Anna", "Ben"], ben.people())
        anna.say("Hello Ben")
        ben.until_texts(["Hello Ben"])
        ben.say("Hello Anna")
        said = ["Hello Ben", "Hello Anna"]
        anna.until_texts(said)

        victim = anna.worker()
        os.kill(victim, signal.SIGKILL)
        ben.say("Are you still there?")   # while nobody listens for Anna
        anna.say("What was that?")        # perhaps before the page knows
        anna.until(f"/^Worker/.test(document.querySelector('#state').textContent) && "
                   f"document.querySelector('#state').textContent !== 'Worker {victim}'")
        for page in (anna, ben):
            page.until("document.querySelectorAll('#messages li:not(.waiting)').length === 4")
            self.assertEqual(said, page.texts()[:2])
            self.assertEqual({"Are you still there?", "What was that?"}, set(page.texts()[2:]))
        said = ben.texts()
        self.assertEqual(said, anna.texts())
        anna.until("document.querySelectorAll('#people li').length === 2")
        ben.until("document.querySelectorAll('#people li').length === 2")

        # Whoever comes now, to whichever worker, sees all of it.
        for _ in range(4):
            ben.reload()
            ben.until_texts(said)
        ben.say("Good night")
        anna.until_texts([*said, "Good night"])

    def test_a_reload_loses_nothing(self):
        anna, ben = self.anna, self.ben
        old = {anna.worker(), ben.worker()}
        anna.say("before")
        ben.until_texts(["before"])
        self.server.send_signal(signal.SIGHUP)
        for i in range(5):
            (anna if i % 2 else ben).say(f"during {i}")
        for page in (anna, ben):
            page.until("document.querySelectorAll('#messages li:not(.waiting)').length === 6")
        deadline = time.monotonic() + PATIENCE
        while {anna.worker(), ben.worker()} & (old | {0}):
            self.assertLess(time.monotonic(), deadline, "the old workers' guests come to the new ones")
            time.sleep(0.05)
        anna.say("after")
        for page in (anna, ben):
            page.until("document.querySelectorAll('#messages li:not(.waiting)').length === 7")
        self.assertEqual(anna.texts(), ben.texts())

    def test_it_shows_who_writes_and_takes_text_as_it_is(self):
        anna, ben = self.anna, self.ben
        anna.browser.evaluate("document.querySelector('#text').focus()")
        anna.browser.call("Input.insertText", text="<img src=x onerror=alert(1)>")
        ben.until("document.querySelector('#typing').textContent === 'Anna is writing…'")
        anna.say(" \u2603")
        ben.until_texts(["<img src=x onerror=alert(1)> \u2603"])
        ben.until("document.querySelector('#typing').textContent === ''")
        self.assertEqual(0, ben.browser.evaluate("document.images.length"))

    def test_it_fits_every_window(self):
        folder = os.environ.get("CHAT_PICTURES") or self.enterContext(tempfile.TemporaryDirectory())
        self.anna.say("Good morning! Has anybody seen the release notes?")
        self.ben.say("Yes. They are long, and there is a link in them that does not want to end: https://example.com/" + "a" * 90)
        self.anna.say("Thank you.")
        self.ben.until("document.querySelectorAll('#messages li:not(.waiting)').length === 3")
        for scheme in ("light", "dark"):
            for name, width, height in (("wide", 1200, 750), ("narrow", 360, 640)):
                self.assertTrue(self.ben.picture(folder, f"{name}-{scheme}", width, height, scheme), f"{name} {scheme}")


if __name__ == "__main__":
    unittest.main()
