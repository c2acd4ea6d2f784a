"""What can be wrong with a request: each function puts one fault in, or returns False where it has no place."""

from streams import CRLF, Chunk, Field, Raw

FAULTS = {}


def fault(name):
    def register(function):
        FAULTS[name] = function
        return function
    return register


def setter(name, attribute, *choices):
    def put(random_, request):
        setattr(request, attribute, random_.choice(choices))
    FAULTS[name] = put


def adder(name, *choices):
    """Adds one of `choices`, each a field or a list of fields."""
    def put(random_, request):
        choice = random_.choice(choices)
        for field in choice if isinstance(choice, list) else [choice]:
            request.fields.insert(random_.randint(0, len(request.fields)), Field(field[0], field[1]))
    FAULTS[name] = put


def length(name, *values):
    """Gives the request a body and a Content-Length of one of `values`."""
    def put(random_, request):
        if request.chunks is not None or request.field(b"content-length"):
            return False
        request.body = b"hello"
        request.add(random_, *(Field(b"Content-Length", value) for value in random_.choice(values)))
        return True
    FAULTS[name] = put


def coding(name, *values):
    """Makes a chunked body, announced as one of `values`, lists of Transfer-Encoding fields."""
    def put(random_, request):
        if request.chunks is not None or request.field(b"content-length"):
            return False
        request.version = b"HTTP/1.1"
        request.chunks = [Chunk(b"hello", b"5")]
        request.add(random_, *(Field(b"Transfer-Encoding", value) for value in random_.choice(values)))
        return True
    FAULTS[name] = put


def in_chunk(name, attribute, *values):
    """Changes a chunk; a callable value gets the old one."""
    def put(random_, request):
        if not request.chunks:
            return False
        chunk, value = random_.choice(request.chunks), random_.choice(values)
        setattr(chunk, attribute, value(getattr(chunk, attribute)) if callable(value) else value)
        return True
    FAULTS[name] = put


def in_trailers(name, *lines):
    def put(random_, request):
        if request.chunks is None:
            return False
        request.trailers = [*request.trailers, Raw(random_.choice(lines))]
        return True
    FAULTS[name] = put


# ---- request lines

setter("method: lower case", "method", b"get", b"Get", b"gET")
setter("method: unknown", "method", b"FOO", b"GETT", b"QUX-1", b"M_2")
setter("method: two letters", "method", b"GE", b"AB")
setter("method: long", "method", b"A" * 21)
setter("method: bad character", "method", b"G(T", b"GE\x00", b"G T", b"G\xc9T", b"GE/", b"G\tT")
setter("method: empty", "method", b"")
setter("target: relative", "target", b"index.html", b"?a", b"a/b", b"..")
setter("target: empty", "target", b"")
setter("target: another scheme", "target", b"ftp://test/", b"mailto:x", b"x://test/", b"https:/test")
setter("target: no host", "target", b"http:///", b"http://", b"http://?a")
setter("target: another host", "target", b"http://other.example/", b"http://other.example:1/")
setter("target: userinfo", "target", b"http://user@test/", b"http://a:b@test/")
setter("target: fragment", "target", b"/a#b", b"/#")
setter("target: odd character", "target", b"/a\"b", b"/<a>", b"/a\\b")
setter("target: non-ASCII", "target", b"/\xc3\xa9", b"/\xff")
setter("target: control", "target", b"/a\x01b", b"/a\x7fb", b"/a\x00b", b"/a\tb", b"/a\x0cb")
setter("target: space", "target", b"/a b", b"/a HTTP/1.1 b")
setter("separator: not one space", "separators", (b"  ", b" "), (b"\t", b" "), (b" ", b"\t"))
setter("separator: spaces before the version", "separators", (b" ", b"  "), (b" ", b"   "))
setter("version: other", "version", b"HTTP/1.2", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.9", b"HTTP/3.0")
setter("version: malformed", "version", b"HTTP/1.10", b"HTTP/11", b"http/1.1", b"HTTP/1.", b"HTTP/a.b", b"HTP/1.1", b"HTTP1.1")
setter("version: missing", "version", b"")
setter("version: space behind", "version", b"HTTP/1.1 ")
setter("line end: bare LF behind the request line", "line_end", b"\n")
setter("line end: bare CR behind the request line", "line_end", b"\r", b"\rX")
setter("line end: bare LF ends the head", "head_end", b"\n")
setter("line end: bare CR ends the head", "head_end", b"\r", b"\r\r\n")
setter("empty lines: many", "before", CRLF * 6, CRLF * 20)
setter("empty lines: bare LF", "before", b"\n", b"\n\r\n")
setter("empty lines: bare CR", "before", b"\r", b"\r\r\n")
setter("garbage before", "before", b" ", b"\0", b"x")


@fault("target: asterisk")
def put_asterisk(random_, request):
    request.method, request.target = random_.choice([b"GET", b"POST"]), b"*"


@fault("target: authority")
def put_authority(random_, request):
    request.method, request.target = random_.choice([b"GET", b"OPTIONS"]), random_.choice([b"test:80", b"test"])


@fault("CONNECT")
def put_connect(random_, request):
    request.method, request.target = b"CONNECT", random_.choice([b"test:443", b"[::1]:80"])


@fault("CONNECT: bad target")
def put_bad_connect(random_, request):
    request.method, request.target = b"CONNECT", random_.choice([b"/", b"test", b"http://test/", b"test:port"])


# ---- fields

def change_line(name, change):
    """`change` makes lines of a field's line."""
    def put(random_, request):
        candidates = [i for i, field in enumerate(request.fields)
                      if field.name.lower() not in (b"host", b"transfer-encoding", b"content-length", b"connection", b"")]
        if not candidates:
            return False
        at = random_.choice(candidates)
        request.fields[at] = Raw(change(random_, request.fields[at]))
        return True
    FAULTS[name] = put


change_line("line end: bare LF behind a field", lambda r, f: f.render()[:-2] + b"\n")
change_line("line end: bare CR in a value", lambda r, f: f.name + b": a\rb\r\n")
change_line("line end: CR CR LF behind a field", lambda r, f: f.render()[:-2] + b"\r\r\n")
change_line("field: folded", lambda r, f: f.render() + r.choice([b" more\r\n", b"\tmore\r\n", b" \r\n"]))
change_line("field: space before the colon", lambda r, f: f.name + r.choice([b" ", b"\t"]) + b": a\r\n")
change_line("field: bad character in the name", lambda r, f: r.choice([b"X(", b"X Y", b"X\xe9", b"X@", b"X\x00", b'"X"']) + b": a\r\n")
change_line("field: empty name", lambda r, f: b": a\r\n")
change_line("field: no colon", lambda r, f: r.choice([b"X\r\n", b"no colon here\r\n"]))
change_line("field: control in the value", lambda r, f: f.name + b": a" + r.choice([b"\x01", b"\x00", b"\x7f", b"\x0b", b"\x1f"]) + b"\r\n")
change_line("field: underscore", lambda r, f: b"X_Under_Score: a\r\n")


@fault("field: folded before the first")
def put_folded_first(_, request):
    request.fields.insert(0, Raw(b" X: a\r\n"))


adder("field: duplicate of a single one", [(b"Content-Type", b"a/b"), (b"content-type", b"c/d")],
      [(b"User-Agent", b"a"), (b"User-Agent", b"b")], [(b"ETag", b'"a"'), (b"ETag", b'"b"')])
adder("Expect: unknown", (b"Expect", b"200-maybe"), (b"Expect", b""), (b"expect", b"100-continue, x"))
adder("Connection: tab behind", (b"Connection", b"close\t"), (b"Connection", b"Close \t "))
adder("Upgrade", [(b"Connection", b"Upgrade"), (b"Upgrade", b"h2c")], [(b"Connection", b"upgrade"), (b"Upgrade", b"websocket")])


@fault("Host: none")
def put_no_host(_, request):
    if request.version != b"HTTP/1.1":
        return False
    request.fields = [field for field in request.fields if field.name.lower() != b"host"]
    return True


@fault("Host: twice")
def put_second_host(random_, request):
    request.add(random_, Field(b"Host", random_.choice([b"test", b"other"])))


@fault("Host: malformed")
def put_bad_host(random_, request):
    host = request.field(b"host")
    if host is None:
        return False
    host.value = random_.choice([b"", b"a b", b"a,b", b"user@test", b"test/path", b"test:x", b"[::1", b"::1", b"t\xc3\xa9st", b"test:65536"])
    return host.value != b"" or request.version == b"HTTP/1.1"


# ---- framing

length("Content-Length: twice", [b"5", b"5"], [b"5", b"6"], [b"0", b"5"])
length("Content-Length: list", [b"5, 5"], [b"5,6"])
length("Content-Length: no digits", [b"+5"], [b"-5"], [b"0x5"], [b"5_0"], [b"\xd9\xa5"], [b"a"], [b"5a"], [b"5.0"], [b"5;"])
length("Content-Length: spaces within", [b"5 5"], [b"5 0"])
length("Content-Length: empty", [b""])
length("Content-Length: tab behind", [b"5\t"], [b"5 \t "])
length("Content-Length: tab before", [b"\t5"])
length("Content-Length: overflow", [b"18446744073709551621"], [b"9223372036854775808"], [b"1" * 40])
coding("Transfer-Encoding: and Content-Length", [b"chunked"])
coding("Transfer-Encoding: twice", [b"chunked", b"chunked"], [b"identity", b"chunked"], [b"chunked", b"identity"])
coding("Transfer-Encoding: list", [b"chunked, chunked"], [b"chunked, identity"], [b"gzip, chunked"], [b",chunked"], [b"chunked,"])
coding("Transfer-Encoding: unknown", [b"xchunked"], [b"chunkedx"], [b"cow"], [b"gzip"], [b"identity"], [b'"chunked"'], [b"chunked;q=1"])
coding("Transfer-Encoding: empty", [b""])
coding("Transfer-Encoding: tab around", [b"chunked\t"], [b"\tchunked"], [b"chunked \t"])

with_length = FAULTS["Transfer-Encoding: and Content-Length"]


@fault("Transfer-Encoding: and Content-Length")
def put_both(random_, request):
    if with_length(random_, request) is False:
        return False
    request.add(random_, Field(b"Content-Length", random_.choice([b"0", b"5", b"15"])))
    return True


@fault("Transfer-Encoding: HTTP/1.0")
def put_old_coding(_, request):
    if request.chunks is None:
        return False
    request.version = b"HTTP/1.0"
    return True


# ---- chunks

in_chunk("chunk: space behind the size", "size", lambda size: size + b" ", lambda size: size + b"\t")
in_chunk("chunk: malformed size", "size", lambda size: b"+" + size, lambda size: b"0x" + size, lambda size: b" " + size,
         lambda size: size + b"_", b"", b"g", b"-1", b"\xd9\xa5")
in_chunk("chunk: size of more than 16 digits", "size", lambda size: size.rjust(17, b"0"))
in_chunk("chunk: size overflows", "size", b"10000000000000005", b"8000000000000000", b"ffffffffffffffff")
in_chunk("chunk: malformed extension", "extension", b";", b";=a", b";a=", b";;a", b"; a", b";a b", b';a="b', b';a="b"c')
in_chunk("chunk: control in an extension", "extension", b";a\x00", b";a\x01", b";a=\"\x7f\"")
in_chunk("chunk: bare LF in an extension", "extension", b";a\nb", b";\n")
in_chunk("chunk: bare CR in an extension", "extension", b";a\rb")
in_chunk("chunk: bare LF behind the size", "size_end", b"\n")
in_chunk("chunk: bare CR behind the size", "size_end", b"\r")
in_chunk("chunk: bare LF behind the data", "end", b"\n")
in_chunk("chunk: nothing behind the data", "end", b"")
in_chunk("chunk: something behind the data", "end", b"X\r\n", b"\r", b"\rX")
in_trailers("trailer: forbidden", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: x\r\n", b"Trailer: X\r\n",
            b"Authorization: x\r\n")
in_trailers("trailer: too late", b"Content-Type: a/b\r\n", b"Set-Cookie: a\r\n", b"Range: x\r\n")
in_trailers("trailer: underscore", b"X_Y: a\r\n")
in_trailers("trailer: malformed", b"X\r\n", b"X : a\r\n", b": a\r\n", b"X: \x00\r\n", b"GET / HTTP/1.1\r\n", b"X(: a\r\n")
in_trailers("trailer: folded", b"X: a\r\n b\r\n")
in_trailers("trailer: bare LF", b"X: a\n")


@fault("chunk: bare LF ends the body")
def put_bare_end(_, request):
    if request.chunks is None:
        return False
    request.body_end = b"\n"
    return True


@fault("chunk: nothing after the last")
def put_no_end(_, request):
    if request.chunks is None:
        return False
    request.body_end = b""
    return True
