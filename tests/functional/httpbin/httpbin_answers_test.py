"""apps/httpbin makes answers to order."""

import json
import re
import time
import unittest
import urllib.parse
import uuid
import xml.etree.ElementTree

from httpbin_case import HttpbinTest


class Answers(HttpbinTest):
    def test_status_answers_with_the_status(self):
        for code in (200, 201, 204, 304, 400, 404, 500, 503, 599):
            self.assertEqual((code, b""), self.server.request("GET", f"/status/{code}")[::2], code)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            self.assertEqual(202, self.server.request(method, "/status/202")[0])

    def test_status_redirects_and_challenges_as_httpbin_does(self):
        for code in (301, 302, 303, 307):
            self.assert_redirect("/redirect/1", f"/status/{code}", code)
        self.assertIn("Basic", self.server.request("GET", "/status/401")[1]["WWW-Authenticate"])
        self.assertIn(b"teapot", self.server.request("GET", "/status/418")[2])
        self.assertIn("accept", json.loads(self.server.request("GET", "/status/406")[2]))

    def test_status_chooses_among_several(self):
        seen = {self.server.request("GET", "/status/200,500")[0] for _ in range(64)}
        self.assertEqual({200, 500}, seen)  # fails once in 2^63 runs
        self.assertEqual({503}, {self.server.request("GET", "/status/200:0,503:2.5")[0] for _ in range(16)})

    def test_an_unknown_status_is_refused(self):
        for code in ("abc", "99", "100", "600", "999999999999", "200,", "200:x", "200:-1", "200:nan", "200,abc", "+200"):
            status, _, text = self.server.request("GET", "/status/" + urllib.parse.quote(code))
            self.assertEqual((400, b"Invalid status code"), (status, text), code)

    def test_bytes_are_as_many_as_asked_for(self):
        for asked, given in ((0, 0), (1, 1), (1000, 1000), (102400, 102400), (102401, 102400), (10**30, 102400)):
            status, headers, body = self.server.request("GET", f"/bytes/{asked}")
            self.assertEqual((200, given), (status, len(body)))
            self.assertEqual("application/octet-stream", headers["Content-Type"])
        self.assertEqual(404, self.server.request("GET", "/bytes/-1")[0])

    def test_a_seed_makes_bytes_repeatable(self):
        one, again, other = (self.server.request("GET", f"/bytes/64?seed={seed}")[2] for seed in (1, 1, 2))
        self.assertEqual(one, again)
        self.assertNotEqual(one, other)
        self.assertNotEqual(*(self.server.request("GET", "/bytes/64")[2] for _ in range(2)))
        self.assertEqual(400, self.server.request("GET", "/bytes/4?seed=x")[0])

    def test_delay_takes_its_time(self):
        begin = time.monotonic()
        answer = self.answer("GET", "/delay/0.2")
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)
        self.assertEqual({"args", "data", "files", "form", "headers", "origin", "url"}, set(answer))
        for wrong in ("abc", "-1", "nan", "1x"):
            self.assertEqual(400, self.server.request("GET", f"/delay/{wrong}")[0], wrong)

    def test_delays_answer_several_methods_and_leave_with_their_client(self):
        self.assertEqual("k", self.answer("POST", "/delay/0", "k")["data"])
        connection = self.server.connect()
        connection.request("GET", "/delay/10")
        connection.close()  # stopping the server would otherwise have to wait for it

    def test_response_headers_are_those_of_the_query(self):
        for method in ("GET", "POST"):
            status, fields, body = self.server.request(method, "/response-headers?X-A=1&x-b=%C3%BC&X-A=2")
            self.assertEqual((200, ["1", "2"]), (status, fields.get_all("X-A")))
            answer = json.loads(body)
            self.assertEqual((["1", "2"], "\u00fc", str(len(body)), "application/json"),
                             (answer["X-A"], answer["x-b"], answer["Content-Length"], answer["Content-Type"]))

    def test_response_headers_cannot_break_the_answer(self):
        for name in ("Content-Length", "transfer-encoding", "Connection", "Upgrade", "a%20b", "a%3A", "%0D%0AX-Evil"):
            self.assertEqual(400, self.get(f"/response-headers?{name}=1")[0], name)
        self.assertEqual(400, self.get("/response-headers?a=b%0D%0AX-Evil:%201")[0])
        status, fields, body = self.get("/response-headers?Content-Type=text/html&x=%3Cscript%3E")
        self.assertEqual((200, "text/html", "<script>"), (status, fields["Content-Type"], json.loads(body)["x"]))
        self.assertNotIn(b"<", body)

    def test_uuids_are_random_ones(self):
        seen = {uuid.UUID(self.answer("GET", "/uuid")["uuid"]) for _ in range(8)}
        self.assertEqual((8, {4}, {uuid.RFC_4122}), (len(seen), {one.version for one in seen}, {one.variant for one in seen}))

    def test_base64_is_decoded(self):
        for value, text in (("SW5kcmlr", "Indrik"), ("w7_Dvw", "\u00ff\u00ff"), ("w7%2BDvw==", None), ("YQ", "a"), ("YQ==", "a"),
                            ("PHNjcmlwdD4=", "<script>"), ("a", None), ("!!!!", None), ("_w", None), ("YQ=", "a")):
            status, fields, body = self.get("/base64/" + value)
            self.assertEqual("text/plain; charset=utf-8", fields["Content-Type"])
            self.assertEqual((400, None) if text is None else (200, text), (status, None if text is None else body.decode()), value)

    def test_links_lead_to_pages_of_links(self):
        self.assert_redirect("/links/4/0", "/links/4")
        page = self.get("/links/4/2")[2].decode()
        self.assertEqual(["/links/4/0", "/links/4/1", "/links/4/3"], re.findall("href='([^']*)'", page))
        self.assertIn("</a> 2 <a", page)
        self.assertEqual(200, self.get("/links/99999999999999999999/200")[2].count(b"href"))
        self.assertEqual(1, len(re.findall(r"\d+", self.get("/links/0/0")[2].decode())))


class Documents(HttpbinTest):
    def assert_type(self, content_type, path, headers=None):
        status, fields, body = self.get(path, headers)
        self.assertEqual((200, content_type), (status, fields["Content-Type"]), path)
        return body

    def test_the_documents(self):
        self.assertIn("slides", self.answer("GET", "/json")["slideshow"])
        self.assertIn(b"<h1>", self.assert_type("text/html; charset=utf-8", "/html"))
        slides = xml.etree.ElementTree.fromstring(self.assert_type("application/xml", "/xml"))
        self.assertEqual(("slideshow", 2), (slides.tag, len(slides)))
        self.assertIn("\u2200x\u2208\u211d", self.assert_type("text/html; charset=utf-8", "/encoding/utf8").decode())
        self.assertEqual(b"User-agent: *\nDisallow: /deny\n", self.assert_type("text/plain", "/robots.txt"))
        self.assertIn(b"Robots", self.assert_type("text/plain", "/deny"))

    def test_documents_are_conditional_and_have_ranges(self):
        fields = self.get("/html")[1]
        self.assertEqual((304, b""), self.get("/html", {"If-None-Match": fields["ETag"]})[::2])
        self.assertEqual((206, b"User"), self.get("/robots.txt", {"Range": "bytes=0-3"})[::2])

    def test_the_front_page_leads_to_nothing_that_does_not_exist(self):
        page = self.assert_type("text/html; charset=utf-8", "/").decode()
        examples = re.findall('<a href="(/[^"]*)"', page)
        self.assertGreater(len(examples), 45)
        for example in examples:
            if not example.startswith(("/delay", "/drip", "/early-hints")):
                status = self.get(example.replace("&amp;", "&"))[0]
                self.assertIn(status, (200, 302, 307, 401, 404 if "hidden" in example else 418, 418), example)

    def test_the_form_has_the_fields_of_the_original(self):
        page = self.assert_type("text/html; charset=utf-8", "/forms/post").decode()
        self.assertEqual({"custname", "custtel", "custemail", "size", "topping", "delivery", "comments"},
                         set(re.findall(r'<(?:input|textarea)[^>]* name="([^"]*)"', page)))
        self.assertIn('action="/post"', page)

    def test_images_are_what_they_say(self):
        for kind, magic in (("png", b"\x89PNG"), ("jpeg", b"\xff\xd8\xff"), ("webp", b"RIFF"), ("svg", b"<svg")):
            content_type = "image/svg+xml" if kind == "svg" else f"image/{kind}"
            self.assertTrue(self.assert_type(content_type, f"/image/{kind}").startswith(magic), kind)

    def test_the_image_is_of_the_type_that_is_liked_best(self):
        for accept, kind in ((None, "png"), ("image/*", "png"), ("*/*", "png"), ("image/webp", "webp"), ("image/svg+xml", "svg+xml"),
                             ("image/jpeg", "jpeg"), ("image/jpeg, image/webp", "webp"), ("IMAGE/JPEG;q=1, image/webp;q=0.5", "jpeg"),
                             ("image/avif, image/webp, */*;q=0.8", "webp"), ("image/*, image/png;q=0", None), ("text/plain", None)):
            status, fields, body = self.get("/image", {"Accept": accept} if accept else None)
            if kind is None:
                self.assertEqual((406, "application/json"), (status, fields["Content-Type"]), accept)
                self.assertIn("image/webp", json.loads(body)["accept"])
            else:
                self.assertEqual((200, f"image/{kind}"), (status, fields["Content-Type"]), accept)

    def test_static_files_are_listed_and_served(self):
        listing = self.assert_type("text/html; charset=utf-8", "/static/").decode()
        for name, content_type in (("player.html", "text/html"), ("style.css", "text/css"),
                                   ("indrik.webp", "image/webp"), ("melody.wav", "audio/x-wav")):
            self.assertIn(f'"/static/{name}"', listing)
            self.assertIn(self.get(f"/static/{name}")[1]["Content-Type"], (content_type, "audio/wav"))
        whole = self.get("/static/melody.wav")[2]
        status, fields, part = self.get("/static/melody.wav", {"Range": "bytes=1000-1999"})
        self.assertEqual((206, f"bytes 1000-1999/{len(whole)}", whole[1000:2000]), (status, fields["Content-Range"], part))
        self.assertEqual(404, self.get("/static/../main.cpp")[0])
        self.assertEqual(404, self.get("/static/..%2fmake_melody.py")[0])


del HttpbinTest  # only its children are tests

if __name__ == "__main__":
    unittest.main()
