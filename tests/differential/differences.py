"""Where Indrik's request parser deliberately differs from http-parser and llhttp, and why."""

import collections

HERE, THERE, READ = "refused here", "refused there", "read differently"

# `old`: only older releases differ, so it need not occur.
Difference = collections.namedtuple("Difference", "how fault parts reason old")

DIFFERENCES = []


def because(reason, how, *names, parts=(), old=False):
    DIFFERENCES.extend(Difference(how, name, parts, reason, old) for name in names)


# ---- refused here, taken by one of them

because("Lines end in CRLF; a lone CR or LF is a line end to one server and data to another (RFC 9112 section 2.2).", HERE,
        "chunk: bare CR behind the size", "chunk: bare LF behind the data", "chunk: bare LF behind the size",
        "chunk: bare LF ends the body", "chunk: bare LF in an extension", "empty lines: bare CR", "empty lines: bare LF",
        "line end: CR CR LF behind a field", "line end: bare CR ends the head",
        "line end: bare LF behind a field", "line end: bare LF behind the request line", "line end: bare LF ends the head",
        "trailer: bare LF")
because("A few empty lines are enough for old clients; more only cost time.", HERE, "empty lines: many")
because("Folding is obsolete (RFC 9112 section 5.2), and a way to hide a field.", HERE,
        "field: folded", "field: folded before the first", "trailer: folded")
because("A name is a token and stands before its colon, whatever sits in between (RFC 9112 section 5.1).", HERE,
        "field: bad character in the name", "field: space before the colon", "trailer: malformed")
because("A field has a name; llhttp 6 (Node 18) takes one without.", HERE, "field: empty name", old=True)
because("Fields that may appear once are refused twice: servers disagree which one counts.", HERE,
        "field: duplicate of a single one", "Host: twice")
because("HTTP/1.1 asks for exactly one well-formed Host (RFC 9112 section 3.2).", HERE, "Host: malformed", "Host: none")
because("What the client expects is judged where it is parsed: 417.", HERE, "Expect: unknown")
because("One space separates the parts of a request line (RFC 9112 section 3).", HERE,
        "separator: not one space", "separator: spaces before the version")
because("Only HTTP/1.0 and HTTP/1.1 are spoken here.", HERE, "version: other")
because("A target has one of four forms, and the method decides which (RFC 9112 section 3.2).", HERE,
        "CONNECT: bad target", "target: another scheme", "target: asterisk", "target: no host")
because("Host and target that name different servers are an attempt to be routed twice.", HERE, "target: another host")
because("There is no userinfo in http URIs (RFC 9110 section 4.2.4).", HERE, "target: userinfo")
because("These characters are in no URI, and no browser sends them unencoded.", HERE,
        "target: control", "target: fragment", "target: non-ASCII", "target: odd character")
because("Transfer-Encoding is exactly `chunked`, once, and not in HTTP/1.0 (RFC 9112 section 6.1).", HERE,
        "Transfer-Encoding: HTTP/1.0", "Transfer-Encoding: empty", "Transfer-Encoding: list", "Transfer-Encoding: twice")
because("Chunk framing is taken literally: a size of 1 to 16 digits, extensions by the grammar, CRLF behind the data.", HERE,
        "chunk: control in an extension", "chunk: malformed extension", "chunk: malformed size",
        "chunk: nothing after the last", "chunk: nothing behind the data", "chunk: size of more than 16 digits",
        "chunk: something behind the data", "chunk: space behind the size")
because("A trailer must not frame, route or authenticate (RFC 9110 section 6.5.1).", HERE, "trailer: forbidden")
because("They stop behind the head of a CONNECT and do not look at its framing.", HERE, "CONNECT")
because("A WebSocket handshake with a body: whoever takes it would read the body as frames.", HERE, "Upgrade")
because("White space around a value is spaces and tabs (RFC 9110 section 5.5), so this says close; they miss it and go on.", HERE,
        "Connection: tab behind")

# ---- taken here, refused by one of them

because("White space around a value is spaces and tabs (RFC 9110 section 5.5); they know only spaces here.", THERE,
        "Content-Length: tab behind", "Transfer-Encoding: tab around")
because("A method is a token that the application knows or does not (405); they have a list.", THERE, "method: unknown")
because("They stop at an Upgrade, taken or not; here it stays a request, and so does what follows.", THERE, "Upgrade")

# ---- taken by all, not the same

because("Names with an underscore are dropped: gateways turn - into _ and could be lied to.", READ, "field: underscore", parts=("fields",))
because("A trailer that comes too late to be understood, or has an underscore, is dropped.", READ,
        "trailer: too late", "trailer: underscore", parts=("trailers",))
