"""Makes streams of requests, good ones and ones with a known fault, the same ones every time.

A stream is a pipeline of one to three requests. Most have one or two faults put into them; each fault has a name, by which the
differences that it makes are explained (differential_test.py).
"""

import dataclasses
import random

METHODS = [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"PROPFIND", b"MKCOL"]
TARGETS = [b"/", b"/index.html", b"/a/b/../c", b"/a?b=c&d", b"/%41%2f%00", b"//double", b"/a;b=c,d", b"/~user/(x)'!*",
           b"/?", b"/a?b?c", b"/{}|^`", b"/[x]"]
HOSTS = [b"test", b"test:8080", b"[::1]:80", b"127.0.0.1", b"a.b-c.example", b"TEST", b"x_y"]
NAMES = [b"Accept", b"X-Test", b"x-lower", b"ACCEPT-LANGUAGE", b"Cookie", b"X", b"!#$%&'*+-.^`|~9", b"Referer", b"Via"]
VALUES = [b"", b"a", b"a b", b"a\tb", b"*/*;q=0.5", b'"quoted, string"', b"\xc3\xa9\xff\x80", b"x=1; y=2", b"a:b", b"~" * 200]
SPACES = [b"", b" ", b"\t", b"  ", b" \t "]
CRLF = b"\r\n"


@dataclasses.dataclass
class Field:
    name: bytes
    value: bytes
    before: bytes = b" "
    after: bytes = b""
    end: bytes = CRLF

    def render(self):
        return self.name + b":" + self.before + self.value + self.after + self.end


class Raw(Field):
    """A line that is no field."""

    def __init__(self, line):
        super().__init__(b"", line)

    def render(self):
        return self.value


@dataclasses.dataclass
class Chunk:
    data: bytes
    size: bytes
    extension: bytes = b""
    size_end: bytes = CRLF
    end: bytes = CRLF

    def render(self):
        return self.size + self.extension + self.size_end + self.data + self.end


@dataclasses.dataclass
class Request:
    method: bytes = b"GET"
    target: bytes = b"/"
    version: bytes = b"HTTP/1.1"
    before: bytes = b""
    separators: tuple = (b" ", b" ")
    line_end: bytes = CRLF
    fields: list = dataclasses.field(default_factory=list)
    head_end: bytes = CRLF
    body: bytes = b""
    chunks: list = None
    last: bytes = b"0\r\n"
    trailers: list = dataclasses.field(default_factory=list)
    body_end: bytes = CRLF

    def render(self):
        line = self.method + self.separators[0] + self.target + self.separators[1] + self.version
        head = self.before + line + self.line_end + b"".join(f.render() for f in self.fields) + self.head_end
        if self.chunks is None:
            return head + self.body
        return (head + b"".join(c.render() for c in self.chunks) + self.last +
                b"".join(t.render() for t in self.trailers) + self.body_end)

    def field(self, name):
        return next((f for f in self.fields if f.name.lower() == name), None)

    def add(self, random_, *fields):
        for field in fields:
            self.fields.insert(random_.randint(0, len(self.fields)), field)


def make_field(random_, name=None, value=None):
    return Field(name or random_.choice(NAMES), random_.choice(VALUES) if value is None else value,
                 random_.choice(SPACES), random_.choice(SPACES))


def make_framing(random_, name, value):
    """A field that the parsers read themselves."""
    return Field(name, value, random_.choice([b"", b" ", b"  "]), random_.choice([b"", b" "]))


def make_chunks(random_):
    chunks = []
    for _ in range(random_.randint(0, 3)):
        data = random_.choice([b"x", b"hello", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\0" * 20, b"0\r\n\r\n"])
        size = (b"%x" if random_.random() < 0.5 else b"%X") % len(data)
        if random_.random() < 0.2:
            size = b"0" * random_.randint(1, 8) + size
        extension = random_.choice([b"", b"", b";a", b";a=b", b';a="b c";d', b";a;b;c=d"])
        chunks.append(Chunk(data, size, extension))
    return chunks


def make_request(random_):
    """A request that is right."""
    request = Request(random_.choice(METHODS), random_.choice(TARGETS))
    request.fields = [make_field(random_) for _ in range(random_.randint(0, 5))]
    host = random_.choice(HOSTS)
    if random_.random() < 0.1:
        request.target = random_.choice([b"http://", b"https://", b"HTTP://"]) + host + random_.choice([b"", b"?q", b"/a?b"])
        if request.target.endswith(host):
            request.target += b"/"
    request.add(random_, make_field(random_, random_.choice([b"Host", b"host", b"HOST"]), host))
    kind = random_.random()
    if kind < 0.25:
        request.body = random_.choice([b"", b"x", b"hello world", b"GET / HTTP/1.1\r\n\r\n", b"\0\r\n" * 50])
        request.add(random_, make_framing(random_, b"Content-Length", b"%d" % len(request.body)))
    elif kind < 0.5:
        request.chunks = make_chunks(random_)
        request.add(random_, make_framing(random_, b"Transfer-Encoding", random_.choice([b"chunked", b"Chunked"])))
        request.last = random_.choice([b"0\r\n", b"0\r\n", b"000\r\n", b"0;a=b\r\n"])
        if random_.random() < 0.3:
            request.trailers = [make_field(random_, b"X-Sum"), make_field(random_, b"x-more")][:random_.randint(1, 2)]
    elif random_.random() < 0.15:
        request.version = b"HTTP/1.0"
    if random_.random() < 0.1:
        request.add(random_, make_framing(random_, b"Connection", random_.choice([b"close", b"keep-alive", b"Close"])))
    if random_.random() < 0.05:
        request.before = CRLF
    return request


def make_streams(count, faults, seed=1):
    """`count` pairs of a stream and the names of its faults. `faults`: functions of a random number generator and a request, which
    put the fault in and return False where it has no place."""
    random_ = random.Random(seed)
    names = sorted(faults)
    streams = []
    for number in range(count):
        pipeline = [make_request(random_) for _ in range(random_.randint(1, 3))]
        wanted = 0 if number % 5 == 0 else 2 if number % 10 == 1 else 1
        put = []
        while len(put) < wanted:
            # Every fault in turn, so that none is left out.
            name = names[number % len(names)] if not put else random_.choice(names)
            request = random_.choice(pipeline)
            for _ in range(50):
                if faults[name](random_, request) is not False:
                    break
                fresh = make_request(random_)
                pipeline[next(i for i, r in enumerate(pipeline) if r is request)] = request = fresh
            else:
                raise RuntimeError(f"no place for {name}")
            put.append(name)
        stream = b"".join(request.render() for request in pipeline)
        if not put and random_.random() < 0.3:
            stream = stream[:random_.randint(0, len(stream))]  # what is cut short is never complete
        streams.append((stream, put))
    return streams
