"""apps/httpbin: redirections, cookies, caches, passwords."""

import base64
import email.utils
import hashlib
import json
import re
import unittest

from httpbin_case import HttpbinTest


class RedirectsAndCookies(HttpbinTest):
    def test_redirects_count_down_to_get(self):
        self.assert_redirect("/relative-redirect/2", "/redirect/3")
        self.assert_redirect("/relative-redirect/1", "/relative-redirect/2")
        self.assert_redirect("/get", "/relative-redirect/1")
        self.assert_redirect("/get", "/redirect/1")

    def test_absolute_redirects_name_the_host(self):
        self.assert_redirect(f"http://{self.host()}/absolute-redirect/2", "/redirect/3?absolute=true")
        self.assert_redirect(f"http://{self.host()}/absolute-redirect/1", "/absolute-redirect/2")
        self.assert_redirect(f"http://{self.host()}/get", "/absolute-redirect/1")

    def test_no_redirect_is_refused(self):
        for path in ("/redirect/0", "/relative-redirect/0", "/absolute-redirect/0", "/redirect/99999999999"):
            self.assertEqual(400, self.server.request("GET", path)[0], path)

    def test_cookies_are_listed(self):
        answer = self.answer("GET", "/cookies", headers={"Cookie": 'sid=abc; q="x y"'})
        self.assertEqual({"cookies": {"sid": "abc", "q": "x y"}}, answer)
        self.assertEqual({"cookies": {}}, self.answer("GET", "/cookies"))

    def test_cookies_are_set_and_deleted(self):
        fields = self.assert_redirect("/cookies", "/cookies/set?a=1&b=2")
        self.assertEqual(["a=1; Path=/", "b=2; Path=/"], fields.get_all("Set-Cookie"))
        fields = self.assert_redirect("/cookies", "/cookies/set/x/y")
        self.assertEqual(["x=y; Path=/"], fields.get_all("Set-Cookie"))
        fields = self.assert_redirect("/cookies", "/cookies/delete?a")
        self.assertRegex(fields["Set-Cookie"], r"^a=(\"\")?; .*Max-Age=0")

    def test_a_cookie_cannot_split_the_response(self):
        for query in ("a=1%0D%0AX-Evil:%201", "a%20b=1", "=1"):
            status, headers, _ = self.server.request("GET", "/cookies/set?" + query)
            self.assertEqual((400, None), (status, headers["X-Evil"]), query)

    def test_redirect_to_wherever_the_client_likes(self):
        self.assert_redirect("http://example.com/a?b=c", "/redirect-to?url=http://example.com/a?b=c")
        self.assert_redirect("/get", "/redirect-to?URL=/get&Status_Code=307", 307)
        for status, taken in (("301", 301), ("399", 399), ("200", 302), ("400", 302)):
            self.assert_redirect("/get", f"/redirect-to?url=/get&status_code={status}", taken)
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
            self.assertEqual(302, self.server.request(method, "/redirect-to?url=/get")[0], method)
        for query in ("", "?url=/&status_code=x", "?status_code=301"):
            self.assertEqual(400, self.get("/redirect-to" + query)[0], query)

    def test_a_location_cannot_split_the_answer(self):
        fields = self.assert_redirect("/a%0D%0AX-Evil:%201%20%C3%BC%25", "/redirect-to?url=/a%0D%0AX-Evil:%201%20%C3%BC%2525")
        self.assertIsNone(fields["X-Evil"])

    def test_of_cookies_of_one_name_the_first_is_set(self):
        fields = self.assert_redirect("/cookies", "/cookies/set?a=1&a=2&b=3")
        self.assertEqual(["a=1; Path=/", "b=3; Path=/"], fields.get_all("Set-Cookie"))

    def test_cookies_of_analytics_are_hidden(self):
        sent = {"Cookie": "a=1; __utma=2; _gauges_unique=3"}
        self.assertEqual({"a": "1"}, self.answer("GET", "/cookies", headers=sent)["cookies"])
        self.assertEqual(3, len(self.answer("GET", "/cookies?show_env", headers=sent)["cookies"]))


class Caches(HttpbinTest):
    def test_cache_has_validators_and_believes_every_condition(self):
        _, fields, body = self.get("/cache")
        self.assertRegex(fields["ETag"], '^"[0-9a-f]{32}"$')
        self.assertIsNotNone(email.utils.parsedate_to_datetime(fields["Last-Modified"]))
        self.assertIn("url", json.loads(body))
        for name in ("If-None-Match", "If-Modified-Since"):
            self.assertEqual((304, b""), self.get("/cache", {name: "anything"})[::2])

    def test_cache_control(self):
        self.assertEqual("public, max-age=60", self.get("/cache/60")[1]["Cache-Control"])
        self.assertEqual(404, self.get("/cache/x")[0])

    def test_etag(self):
        for condition, status in (({}, 200), ({"If-None-Match": '"a"'}, 304), ({"If-None-Match": 'W/"a"'}, 304),
                                  ({"If-None-Match": '"b", "a"'}, 304), ({"If-None-Match": "*"}, 304),
                                  ({"If-None-Match": '"b"'}, 200), ({"If-Match": '"a"'}, 200), ({"If-Match": "*"}, 200),
                                  ({"If-Match": 'W/"a"'}, 412), ({"If-Match": '"b"'}, 412),
                                  ({"If-Match": '"b"', "If-None-Match": '"a"'}, 412)):
            got, fields, _ = self.get("/etag/a", condition)
            self.assertEqual((status, '"a"'), (got, fields["ETag"]), condition)
        self.assertEqual(400, self.get("/etag/%22")[0])


class Passwords(HttpbinTest):
    def basic(self, path, credentials):
        return self.get(path, {"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()})

    def test_basic(self):
        for path, refusal in (("/basic-auth/", 401), ("/hidden-basic-auth/", 404)):
            status, _, body = self.basic(path + "us%20er/p%3Aw%C3%BC", "us er:p:w\u00fc")
            self.assertEqual((200, {"authenticated": True, "user": "us er"}), (status, json.loads(body)))
            for credentials in ("us er:other", "other:p:w\u00fc", "us er", ""):
                self.assertEqual(refusal, self.basic(path + "us%20er/p%3Aw%C3%BC", credentials)[0], credentials)
            self.assertEqual(refusal, self.get(path + "user/password")[0])
        self.assertRegex(self.get("/basic-auth/a/b")[1]["WWW-Authenticate"], '^Basic realm="Fake Realm"')
        self.assertIsNone(self.get("/hidden-basic-auth/a/b")[1]["WWW-Authenticate"])

    def test_bearer(self):
        self.assertEqual({"authenticated": True, "token": "a.b"}, self.answer("GET", "/bearer", headers={"Authorization": "Bearer a.b"}))
        for fields in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer a b"}):
            status, answered, _ = self.get("/bearer", fields)
            self.assertEqual((401, "Bearer"), (status, answered["WWW-Authenticate"]), fields)


HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256, "SHA-512": hashlib.sha512}


class Digest(HttpbinTest):
    """A client of RFC 7616 of its own, so that the server is not measured by itself."""

    def challenge(self, path, headers=None):
        status, fields, _ = self.get(path, headers)
        self.assertEqual(401, status)
        found = dict(re.findall(r'(\w+)="?((?<=")[^"]*|[^",]*)', fields["WWW-Authenticate"].removeprefix("Digest ")))
        return found, {one.split("=")[0]: one.split("=")[1].split(";")[0] for one in fields.get_all("Set-Cookie")}

    def authorization(self, asked, path, qop="auth", user="user", password="secret", body=b"", method="GET"):
        def hashed(*texts):
            name = asked["algorithm"].removesuffix("-sess")
            make = HASHES.get(name) or (lambda data: hashlib.new("sha512_256", data))
            return make(":".join(texts).encode()).hexdigest()

        secret = hashed(user, asked["realm"], password)
        if asked["algorithm"].endswith("-sess"):
            secret = hashed(secret, asked["nonce"], "mine")
        request = hashed(method, path, hashed(body.decode())) if qop == "auth-int" else hashed(method, path)
        response = hashed(secret, asked["nonce"], "00000001", "mine", qop, request)
        return (f'Digest username="{user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{path}", '
                f'algorithm={asked["algorithm"]}, response="{response}", qop={qop}, nc=00000001, cnonce="mine", '
                f'opaque="{asked["opaque"]}"')

    def test_every_algorithm_and_protection(self):
        for algorithm in ("MD5", "SHA-256", "SHA-512", "SHA-512-256", "MD5-sess", "SHA-256-sess"):
            for wanted, qop in (("auth", "auth"), ("auth-int", "auth-int"), ("either", "auth"), ("either", "auth-int")):
                path = f"/digest-auth/{wanted}/user/secret/{algorithm}?a=b"
                asked, _ = self.challenge(path)
                self.assertEqual((algorithm, "auth, auth-int" if wanted == "either" else wanted), (asked["algorithm"], asked["qop"]))
                fields = {"Authorization": self.authorization(asked, path, qop, body=b"body")}
                status, _, body = self.server.request("GET", path, b"body", fields)
                self.assertEqual((200, {"authenticated": True, "user": "user"}), (status, json.loads(body or "0")), path)

    def test_an_unknown_algorithm_is_md5(self):
        self.assertEqual("MD5", self.challenge("/digest-auth/auth/user/secret/ROT13")[0]["algorithm"])
        self.assertEqual("MD5", self.challenge("/digest-auth/auth/user/secret")[0]["algorithm"])

    def test_what_is_wrong_is_asked_again(self):
        path = "/digest-auth/auth/user/secret/SHA-256"
        asked, _ = self.challenge(path)
        for change in ({"password": "other"}, {"user": "other"}, {"path": "/other"}, {"qop": "auth-int"}, {"method": "POST"},
                       {"asked": {**asked, "realm": "other"}}, {"asked": {**asked, "algorithm": "MD5"}}):
            _, cookies = self.challenge(path, {"Authorization": self.authorization(**{"asked": asked, "path": path, **change})})
            self.assertEqual(asked["nonce"], cookies["last_nonce"], change)
        for text in ("Digest", "Digest username=x", "Basic YTpi", "nothing"):
            self.challenge(path, {"Authorization": text})

    def test_a_nonce_that_failed_is_stale(self):
        path = "/digest-auth/auth/user/secret"
        asked, _ = self.challenge(path)
        fields = {"Authorization": self.authorization(asked, path), "Cookie": f"last_nonce={asked['nonce']}"}
        self.assertEqual("true", self.challenge(path, fields)[0]["stale"])

    def test_the_nonce_is_stale_after_some_answers(self):
        path = "/digest-auth/auth/user/secret/MD5/2"
        asked, cookies = self.challenge(path)
        self.assertNotIn("stale", asked)
        left = cookies["stale_after"]
        for expected in ("1", "0"):
            fields = {"Authorization": self.authorization(asked, path), "Cookie": f"stale_after={left}"}
            status, answered, _ = self.get(path, fields)
            left = re.search("stale_after=([^;]*)", ",".join(answered.get_all("Set-Cookie")))[1]
            self.assertEqual((200, expected), (status, left))
        fields["Cookie"] = "stale_after=0"
        self.assertEqual("true", self.challenge(path, fields)[0]["stale"])

    def test_cookies_may_be_required(self):
        path = "/digest-auth/auth/user/secret?require-cookie=TRUE"
        asked, cookies = self.challenge(path)
        fields = {"Authorization": self.authorization(asked, path)}
        self.challenge(path, fields)
        status, answered, body = self.get(path, {**fields, "Cookie": "other=1"})
        self.assertEqual((403, {"errors": ["missing cookie set on challenge"]}), (status, json.loads(body)))
        self.assertIn("fake=fake_value", answered["Set-Cookie"])
        self.assertEqual(200, self.get(path, {**fields, "Cookie": f"fake={cookies['fake']}"})[0])

    def test_a_cookie_that_cannot_be_is_refused(self):
        self.assertEqual(400, self.get("/digest-auth/auth/user/secret/MD5/a%0D%0Ab")[0])


del HttpbinTest  # only its children are tests

if __name__ == "__main__":
    unittest.main()
