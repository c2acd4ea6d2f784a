"""The requests that are put to both, and where their answers differ on purpose.

An aspect of an answer is its status, the name of a field, its body, or body.KEY for a member of a JSON object. A difference in an
aspect is explained by a rule, or listed with its case and the reason. The test fails on any other, on a listed one that is
none, and on a rule that explains nothing.
"""


def has_page(answer):
    return answer.get("Content-Type") == "text/html; charset=utf-8"


# What holds for every request: the reason, and whether it explains a difference in an aspect of the answers.
RULES = [
    ("an answer without a body has no Content-Type",
     lambda aspect, ours, theirs: aspect == "Content-Type" and ours.get("body", b"") == b"" and has_page(theirs)),
    ("a redirection has no page: nobody would read it",
     lambda aspect, ours, theirs: aspect == "body" and ours["status"] // 100 == 3 and has_page(theirs)),
    ("an error is one line of text, not a page",
     lambda aspect, ours, theirs: aspect in ("Content-Type", "body") and ours["status"] >= 400 and has_page(theirs)),
    ("a mistake of the client is a 400, not a 500",
     lambda aspect, ours, theirs: aspect == "status" and (ours["status"], theirs["status"]) == (400, 500)),
    ("an entity tag has quotes (RFC 9110 section 8.8.3)",
     lambda aspect, ours, theirs: aspect == "ETag" and ours.get("ETag") == f'"{theirs.get("ETag")}"'),
    ("documents and images are files, which have validators and ranges",
     lambda aspect, ours, theirs: aspect in ("ETag", "Last-Modified", "Accept-Ranges") and aspect not in theirs
     and ours.get("Accept-Ranges") == "bytes" and ours.get("Last-Modified") == "DATE"),
    ("what depends on Origin says so",
     lambda aspect, ours, theirs: aspect == "Vary" and (ours.get("Vary"), theirs.get("Vary")) == ("Origin", None)),
    ("our own realm, and stale only if it is true",
     lambda aspect, ours, theirs: aspect == "WWW-Authenticate" and ours.get(aspect, "").replace("httpbin on Indrik", "*")
     == theirs.get(aspect, "").replace("me@kennethreitz.com", "*").replace(", stale=FALSE", "")),
    ("the challenge names the charset of passwords (RFC 7617)",
     lambda aspect, ours, theirs: aspect == "WWW-Authenticate"
     and ours.get(aspect) == f'{theirs.get(aspect)}, charset="UTF-8"'),
    ("the whole has no Content-Range: it belongs to parts (RFC 9110 section 14.4)",
     lambda aspect, ours, theirs: aspect == "Content-Range" and ours["status"] == 200 and "bytes 0-" in theirs.get(aspect, "")),
]

# Reasons that several cases share.
STANDARD = "as RFC 9110 has it"
PLAIN = "text that the client wrote is plain text, so that no browser runs it"
LATER = "as in later versions of httpbin"


class Case:
    def __init__(self, request, differs=None, headers=None, body=None, compare=None):
        self.method, self.path = request.split(" ", 1)
        self.headers = headers or {}
        self.body = body
        self.differs = differs or {}
        self.compare = compare  # "length", "lines" or "none" instead of the body itself

    def __str__(self):
        return f"{self.method} {self.path} {self.headers or ''}"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=X"}


def multipart(*parts):
    return b"".join(b"--X\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + body + b"\r\n"
                    for head, body in parts) + b"--X--\r\n"


CASES = [
    # ---- the request, told back
    Case("GET /get"),
    Case("GET /get?a=1&b=x%20y&a=2&a=3&empty=", headers={"X-custom-HEADER": "z", "User-Agent": "me/1"}),
    Case("GET /get?c=%C3%BC", {"body.url": "the URL as it was sent"}),
    Case("HEAD /get"),
    Case("OPTIONS /get"),
    Case("POST /get"),
    Case("GET /no/such/page"),
    Case("GET /get?show_env=1", headers={"X-Forwarded-Proto": "https", "Via": "1.1 proxy", "X-Request-Id": "7"}),
    Case("GET /get", headers={"X-Forwarded-Proto": "https", "Via": "1.1 proxy", "X-Request-Id": "7"}),
    Case("POST /post?q=1", headers=FORM, body="k=v&k=w&l=a+b&m=%C3%BC"),
    Case("POST /post", headers=JSON, body='{"a": [1, 2.5, null, true, "\u00fc"], "b": {}}'.encode()),
    Case("POST /post", headers=JSON, body="{broken"),
    Case("POST /post", headers=JSON, body="[1, 2]"),
    Case("POST /post", body=b"\xff\xfe\x00abc", headers={"Content-Type": "application/octet-stream"}),
    Case("POST /post", body=b"plain", headers={"Content-Type": "text/plain"}),
    Case("POST /post"),
    Case("POST /post", headers=MULTIPART, body=multipart(
        (b'name="k"', b"v"), (b'name="k"', b"w"), (b'name="f"; filename="n.txt"', b"text"),
        (b'name="p"; filename="p.png"\r\nContent-Type: image/png', b"\x89PNG\xff"))),
    Case("POST /post", {"body.files": "files of one name are a list, not only the first"}, headers=MULTIPART, body=multipart(
        (b'name="f"; filename="1"', b"one"), (b'name="f"; filename="2"', b"two"))),
    Case("PUT /put?a=1", headers=FORM, body="k=v"),
    Case("PATCH /patch", headers=JSON, body="{}"),
    Case("DELETE /delete"),
    Case("DELETE /delete", headers=JSON, body='{"a": 1}'),
    *[Case(f"{method} {path}") for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "HEAD", "OPTIONS")
      for path in ("/anything", "/anything/a/b?c=d")],
    Case("POST /anything", headers=FORM, body="k=v"),
    Case("GET /headers", headers={"X-Two-Words": "z"}),
    Case("GET /ip"),
    Case("GET /ip", headers={"X-Forwarded-For": "192.0.2.7"}),
    Case("GET /user-agent", headers={"User-Agent": "me/1"}),
    Case("GET /get", headers={"Origin": "http://example.com"}),
    Case("OPTIONS /post", headers={"Origin": "http://example.com", "Access-Control-Request-Headers": "x-a, x-b"}),
    # ---- codings
    Case("GET /gzip"),
    Case("GET /deflate"),
    Case("GET /brotli"),
    # ---- status and fields
    *[Case(f"GET /status/{code}") for code in (
        200, 201, 204, 301, 302, 303, 304, 305, 307, 308, 400, 401, 403, 404, 406, 407, 500, 503)],
    Case("GET /status/402", dict.fromkeys(["Content-Type", "X-More-Info", "body"], "our own words")),
    Case("GET /status/418", dict.fromkeys(["Content-Type", "X-More-Info", "body"], "our own teapot")),
    *[Case(f"{method} /status/202") for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE")],
    Case("GET /status/abc"),
    Case("GET /status/200,x"),
    Case("GET /status/200:0,404:1"),
    Case("GET /response-headers?X-A=1&X-B=2"),
    Case("POST /response-headers?X-A=1&X-A=2&X-A=3"),
    Case("GET /response-headers"),
    Case("GET /response-headers?Content-Type=text/plain", dict.fromkeys(
        ["Content-Type", "body", "body.Content-Length", "body.Content-Type"], "an answer has one Content-Type")),
    # ---- redirections
    *[Case(f"GET {path}") for path in (
        "/redirect/1", "/redirect/3", "/redirect/3?absolute=true", "/redirect/2?absolute=TRUE", "/relative-redirect/1",
        "/relative-redirect/2", "/absolute-redirect/1", "/absolute-redirect/2", "/redirect/0", "/redirect/-1", "/redirect/x",
        "/redirect-to?url=http://example.com/a%20b", "/redirect-to?url=/get&status_code=307", "/redirect-to?URL=/get&STATUS_CODE=303",
        "/redirect-to?url=/get&status_code=200", "/redirect-to?url=/get&status_code=x", "/redirect-to")],
    *[Case(f"{method} /redirect-to?url=/get") for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE")],
    # ---- cookies
    Case("GET /cookies", headers={"Cookie": 'sid=abc; q="x y"; __utma=1'}),
    Case("GET /cookies?show_env=1", headers={"Cookie": "sid=abc; __utma=1"}),
    Case("GET /cookies"),
    Case("GET /cookies/set?a=1&b=2"),
    Case("GET /cookies/set?a=1&a=2"),
    Case("GET /cookies/set?a=x%20y", dict.fromkeys(
        ["status", "Location", "Set-Cookie"], "the value of a cookie holds no space (RFC 6265 section 4.1.1)")),
    Case("GET /cookies/set/name/value"),
    Case("GET /cookies/delete?a&b=1"),
    # ---- access
    Case("GET /basic-auth/user/secret"),
    Case("GET /basic-auth/user/secret", headers={"Authorization": "Basic dXNlcjpzZWNyZXQ="}),
    Case("GET /basic-auth/user/other", headers={"Authorization": "Basic dXNlcjpzZWNyZXQ="}),
    Case("GET /hidden-basic-auth/user/secret"),
    Case("GET /hidden-basic-auth/user/secret", headers={"Authorization": "Basic dXNlcjpzZWNyZXQ="}),
    Case("GET /bearer"),
    Case("GET /bearer", headers={"Authorization": "Bearer token.1"}),
    Case("GET /bearer", dict.fromkeys(
        ["status", "Content-Type", "WWW-Authenticate", "body", "body.authenticated", "body.token"], LATER),
        headers={"Authorization": "Basic dXNlcjpzZWNyZXQ="}),
    Case("GET /digest-auth/auth/u/p"),
    Case("GET /digest-auth/auth-int/u/p"),
    Case("GET /digest-auth/both/u/p"),
    Case("GET /digest-auth/auth/u/p/SHA-256"),
    Case("GET /digest-auth/auth/u/p/SHA-512"),
    Case("GET /digest-auth/auth/u/p/other"),
    Case("GET /digest-auth/auth/u/p/MD5/3"),
    Case("GET /digest-auth/auth/u/p?require-cookie=1"),
    Case("GET /digest-auth/auth/u/p", headers={"Authorization": "Digest broken"}),
    # ---- caches
    Case("GET /cache"),
    Case("GET /cache", headers={"If-None-Match": '"x"'}),
    Case("GET /cache", headers={"If-Modified-Since": "Sat, 21 Nov 2026 00:00:00 GMT"}),
    Case("GET /cache/60"),
    Case("GET /cache/x"),
    Case("GET /etag/abc"),
    Case("GET /etag/abc", headers={"If-None-Match": '"abc"'}),
    Case("GET /etag/abc", headers={"If-None-Match": 'W/"abc", "x"'}),
    Case("GET /etag/abc", headers={"If-None-Match": "*"}),
    Case("GET /etag/abc", headers={"If-None-Match": '"x"'}),
    Case("GET /etag/abc", dict.fromkeys(
        ["status", "Content-Type", "body", "body.args", "body.headers", "body.origin", "body.url"],
        "what has no quotes is no entity tag"), headers={"If-None-Match": "abc"}),
    Case("GET /etag/abc", headers={"If-Match": '"abc"'}),
    Case("GET /etag/abc", {"ETag": "tells what there is"}, headers={"If-Match": '"x"'}),
    Case("GET /etag/abc", {"status": STANDARD}, headers={"If-Match": '"x"', "If-None-Match": '"abc"'}),
    # ---- values
    Case("GET /bytes/1000?seed=1", compare="length"),
    Case("GET /bytes/102401", compare="length"),
    Case("GET /bytes/0"),
    Case("GET /bytes/5?seed=x"),
    Case("GET /stream-bytes/1000?seed=1&chunk_size=7", compare="length"),
    Case("GET /stream-bytes/102401", compare="length"),
    Case("GET /stream/3?a=1"),
    Case("GET /stream/101", compare="lines"),
    Case("GET /uuid"),
    Case("GET /base64/SW5kcmlr", {"Content-Type": PLAIN}),
    Case("GET /base64/SW5kcmlrIFw_", {"Content-Type": PLAIN}),
    Case("GET /base64/SW5kcg", dict.fromkeys(["status", "Content-Type", "body"], "padding may be left out, as it often is")),
    Case("GET /base64/!!", {"status": "what is no Base64 is a mistake"}),
    Case("GET /links/5"),
    Case("GET /links/5/2"),
    Case("GET /links/0/0"),
    Case("GET /links/500/3"),
    # ---- ranges
    Case("GET /range/26"),
    Case("GET /range/1000?chunk_size=10&duration=0.05"),
    Case("GET /range/26", headers={"Range": "bytes=3-5"}),
    Case("GET /range/26", headers={"Range": "bytes=20-"}),
    Case("GET /range/26", headers={"Range": "bytes=-3"}),
    Case("GET /range/26", {"status": STANDARD}, headers={"Range": "bytes=0-25"}),
    Case("GET /range/26", dict.fromkeys(["status", "Content-Range", "Content-Type", "body"], STANDARD),
         headers={"Range": "bytes=20-100"}),
    Case("GET /range/26", {"Content-Type": "there is no body"}, headers={"Range": "bytes=30-40"}),
    Case("GET /range/26", dict.fromkeys(["status", "Content-Range", "Content-Type", "body"], STANDARD),
         headers={"Range": "bytes=5-3"}),
    Case("GET /range/26", headers={"Range": "bytes=0-1,3-4"}),
    Case("GET /range/26", headers={"Range": "lines=0-1"}),
    Case("GET /range/0"),
    Case("GET /range/102401"),
    # ---- time
    Case("GET /delay/0.01"),
    Case("GET /delay/x"),
    Case("POST /delay/0", dict.fromkeys(
        ["status", "Allow", "Content-Type", "body", "body.args", "body.data", "body.files", "body.form", "body.headers",
         "body.origin", "body.url"], LATER)),
    Case("GET /drip?duration=0.05&numbytes=5&delay=0.01"),
    Case("GET /drip?duration=0&numbytes=20000&code=500"),
    Case("GET /drip?DURATION=0&NumBytes=20", {"body": "the case of parameters means nothing, here as elsewhere"}),
    Case("GET /drip?numbytes=0"),
    Case("GET /drip?numbytes=x"),
    # ---- documents
    Case("GET /", compare="none"),
    Case("GET /html", compare="none"),
    Case("GET /json", {"status": LATER, "Content-Type": LATER}, compare="none"),
    Case("GET /xml", compare="none"),
    Case("GET /robots.txt"),
    Case("GET /deny", compare="none"),
    Case("GET /encoding/utf8", compare="none"),
    Case("GET /forms/post", compare="none"),
    *[Case(f"GET /image/{kind}", compare="none") for kind in ("png", "jpeg", "webp", "svg")],
    Case("GET /image", compare="none"),
    *[Case("GET /image", headers={"Accept": accept}, compare="none") for accept in (
        "image/webp", "image/svg+xml", "image/jpeg", "image/png", "image/*", "text/html, image/webp, image/png")],
    Case("GET /image", {"status": STANDARD, "Content-Type": STANDARD}, headers={"Accept": "*/*"}, compare="none"),
    Case("GET /image", {"Content-Type": "the weights count"}, headers={"Accept": "image/jpeg;q=0.9, image/webp;q=0.1"},
         compare="none"),
    Case("GET /image", headers={"Accept": "text/plain"}),
]
