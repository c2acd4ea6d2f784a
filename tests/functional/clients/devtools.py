"""Headless Chromium driven through the DevTools protocol over a pair of pipes: messages are JSON with a NUL behind each.

    with devtools.Browser() as browser:
        browser.navigate("http://127.0.0.1:8000/")
        browser.evaluate("document.title")
"""

import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

TIMEOUT = 60  # seconds, for anything


def program():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One page of a fresh browser. Events are kept until somebody waits for them."""

    def __enter__(self):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        # The browser reads from descriptor 3 and writes to 4; the shell puts them there.
        self._process = subprocess.Popen(
            ["sh", "-c", 'exec "$@" 3<&"$IN" 4>&"$OUT"', "sh", program(), "--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--mute-audio", "--autoplay-policy=no-user-gesture-required", "--no-proxy-server",
             "--remote-debugging-pipe", f"--user-data-dir={self._profile.name}", "about:blank"],
            env={**os.environ, "IN": str(to_browser), "OUT": str(from_browser)}, pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        self._numbers = itertools.count(1)
        self._received = b""
        self._events = []
        self._session = None
        try:
            self._session = self._attach()
            for domain in ("Page", "Runtime", "Network", "DOM"):
                self.call(f"{domain}.enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()

    def _attach(self):
        while True:
            pages = [one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page"]
            if pages:
                return self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]

    # ---- messages

    def call(self, method, **parameters):
        """A command's result. Errors: RuntimeError with what the browser says."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + TIMEOUT
        while True:
            message = self._receive(deadline, method)
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            if "method" in message:
                self._events.append(message)

    def wait_for(self, event, matches=lambda parameters: True):
        """The parameters of the next event of that name that matches; earlier ones that nobody has waited for count."""
        deadline = time.monotonic() + TIMEOUT
        checked = 0
        while True:
            for i in range(checked, len(self._events)):
                one = self._events[i]
                if one["method"] == event and matches(one["params"]):
                    del self._events[i]
                    return one["params"]
            checked = len(self._events)
            message = self._receive(deadline, event)
            if "method" in message:
                self._events.append(message)

    def events(self, name):
        """What has been seen of an event since the last navigation."""
        return [one["params"] for one in self._events if one["method"] == name]

    def _receive(self, deadline, what):
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._in], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"the browser said nothing for {what}")
            piece = os.read(self._in, 1 << 20)
            if not piece:
                raise RuntimeError("the browser is gone")
            self._received += piece
        text, self._received = self._received.split(b"\0", 1)
        return json.loads(text)

    # ---- the page

    def navigate(self, url):
        """Opens a page and waits until it is loaded."""
        self._events.clear()
        answer = self.call("Page.navigate", url=url)
        if "errorText" in answer:
            raise RuntimeError(f"{url}: {answer['errorText']}")
        self.wait_for_load()

    def wait_for_load(self):
        self.wait_for("Page.loadEventFired")

    def evaluate(self, expression):
        """The value of a JavaScript expression, awaited if it is a promise."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def choose_files(self, selector, *paths):
        """What a person does with the dialogue of an <input type=file>."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", files=[str(path) for path in paths], nodeId=node)
