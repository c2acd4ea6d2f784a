"""Headless Chromium against apps/httpbin. Environment: INDRIK_COMMAND, INDRIK_MODULE."""

import hashlib
import json
import os
import pathlib
import tempfile
import unittest

import devtools
import served


@unittest.skipUnless(devtools.program(), "there is no chromium")
class BrowserTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"]))
        cls.browser = cls.enterClassContext(devtools.Browser())

    def open(self, path):
        self.browser.navigate(f"http://127.0.0.1:{self.server.port}{path}")

    def place(self):
        return self.browser.evaluate("location.pathname + location.search")

    def text(self, selector="body"):
        return self.browser.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")

    def texts(self, selector):
        return self.browser.evaluate(f"[...document.querySelectorAll({json.dumps(selector)})].map(one => one.innerText)")

    def test_files_are_uploaded_through_the_form(self):
        with tempfile.TemporaryDirectory() as folder:
            contents = {"small & <b>.txt": "caf\u00e9".encode(), "large.bin": bytes(range(256)) * 16384}
            for name, content in contents.items():
                pathlib.Path(folder, name).write_bytes(content)
            self.open("/upload")
            self.browser.choose_files("#files", *(f"{folder}/{name}" for name in contents))
            self.browser.evaluate("document.querySelector('#comment').value = 'a <i>comment</i> \u00fc'")
            self.browser.evaluate("document.querySelector('form button').click()")
            self.browser.wait_for_load()
        self.assertEqual(list(contents), self.texts(".file h2"))
        self.assertEqual([f"{len(content):,} bytes" for content in contents.values()], self.texts(".file .size"))
        self.assertEqual([hashlib.sha256(content).hexdigest() for content in contents.values()], self.texts(".file .sha256"))
        self.assertEqual([hashlib.md5(content).hexdigest() for content in contents.values()], self.texts(".file .md5"))
        self.assertEqual(["text/plain", "application/octet-stream"], self.texts(".file .type"))
        self.assertEqual(["a <i>comment</i> \u00fc"], self.texts(".text"))

    def test_redirects_are_followed_to_their_end(self):
        for path, end in (("/redirect/5", "/get"), ("/absolute-redirect/3", "/get"), ("/redirect-to?url=/html", "/html"),
                          ("/redirect-to?url=/redirect/2&status_code=307", "/get"), ("/status/301", "/get")):
            self.open(path)
            self.assertEqual(end, self.place(), path)
        self.open("/redirect-to?url=/html")
        self.assertIn("Indrik", self.text("p"))

    def test_a_ranged_file_is_played(self):
        self.open("/static/player.html")
        self.assertEqual(192, self.browser.evaluate("document.images[0].naturalWidth"))
        played = self.browser.evaluate("""new Promise((resolve, reject) => {
            const melody = document.querySelector('#melody');
            const facts = {};
            melody.onerror = () => reject(melody.error.message);
            melody.onseeked = () => {
                facts.sought = melody.currentTime;
                melody.ontimeupdate = () => {
                    if (melody.currentTime <= facts.sought) return;
                    melody.pause();
                    resolve({...facts, duration: melody.duration, reached: melody.currentTime});
                };
                melody.play().catch(reject);
            };
            const seek = () => { melody.currentTime = 6.5; };
            melody.readyState >= 1 ? seek() : melody.onloadedmetadata = seek;
        })""")
        self.assertAlmostEqual(8, played["duration"], places=1)
        self.assertAlmostEqual(6.5, played["sought"], places=1)
        self.assertGreater(played["reached"], 6.5)
        parts = [one["response"] for one in self.browser.events("Network.responseReceived")
                 if one["response"]["url"].endswith("melody.wav")]
        self.assertTrue(parts)
        self.assertEqual({206}, {one["status"] for one in parts})
        self.assertRegex({name.lower(): value for name, value in parts[0]["headers"].items()}["content-range"],
                         r"bytes 0-\d+/64044")

    def test_a_script_gets_parts(self):
        self.open("/html")
        part = self.browser.evaluate("""fetch('/static/melody.wav', {headers: {Range: 'bytes=0-3,1000-1003'}})
            .then(async answer => [answer.status, answer.headers.get('content-type'), await answer.text()])""")
        self.assertEqual(206, part[0])
        self.assertRegex(part[1], "^multipart/byteranges")

    def test_cookies_of_a_redirect_are_kept(self):
        self.open("/cookies/set?flavour=oat&colour=blue")
        self.assertEqual("/cookies", self.place())
        self.assertEqual({"cookies": {"flavour": "oat", "colour": "blue"}}, json.loads(self.text()))
        self.assertEqual({"flavour=oat", "colour=blue"}, set(self.browser.evaluate("document.cookie").split("; ")))
        self.open("/cookies/delete?flavour")
        self.assertEqual({"cookies": {"colour": "blue"}}, json.loads(self.text()))
        self.open("/cookies/delete?colour")
        self.assertEqual("", self.browser.evaluate("document.cookie"))

    def test_every_coding_is_decoded(self):
        for path, mark in (("/gzip", "gzipped"), ("/deflate", "deflated"), ("/brotli", "brotli"), ("/zstd", "zstd")):
            self.open(path)
            self.assertIs(True, json.loads(self.text())[mark])

    def test_a_stream_is_seen_as_it_comes(self):
        self.open("/html")
        first = self.browser.evaluate("""(async () => {
            const answer = await fetch('/drip?duration=60&numbytes=3');
            const reader = answer.body.getReader();
            const {value} = await reader.read();
            await reader.cancel();
            return value.length;
        })()""")
        self.assertEqual(1, first)

    def test_another_origin_may_ask(self):
        self.open("/html")
        port = self.server.port  # "localhost" is another origin than "127.0.0.1"
        answer = self.browser.evaluate(f"""fetch('http://localhost:{port}/put', {{method: 'PUT', body: '{{}}', credentials: 'include',
            headers: {{'Content-Type': 'application/json', 'X-Own': 'z'}}}}).then(answer => answer.json())""")
        self.assertEqual(("z", {}), (answer["headers"]["X-Own"], answer["json"]))

    def test_the_pizza_is_ordered(self):
        self.open("/forms/post")
        self.browser.evaluate("""{
            document.querySelector('#name').value = 'Indrik';
            document.querySelector('[value=medium]').click();
            document.querySelector('[value=cheese]').click();
            document.querySelector('[value=onion]').click();
            document.querySelector('form button').click();
        }""")
        self.browser.wait_for_load()
        form = json.loads(self.text())["form"]
        self.assertEqual(("Indrik", "medium", ["cheese", "onion"]), (form["custname"], form["size"], form["topping"]))


if __name__ == "__main__":
    unittest.main()
