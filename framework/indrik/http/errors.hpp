#pragma once
// What can be wrong with a message on the wire, and the status that answers it.

#include <system_error>

#include "indrik/http/status.hpp"

namespace indrik::http {

/// Why a message was refused. After any of these nothing more of the connection can be trusted:
/// answer, if it was a request, and close.
enum class Error {
    BadRequestLine = 1,  // not `method SP target SP version CRLF`, or bare LF or CR in it
    BadMethod,           // not 3 to 20 upper-case letters, digits, '-' or '_', a letter first
    BadTarget,   // empty, form not allowed for the method, or characters that no URI may hold
    BadVersion,  // not HTTP/d.d
    UnsupportedVersion,  // well-formed, but neither 1.0 nor 1.1
    RequestLineTooLong,
    BadFieldName,   // empty, not a token, or white space before the colon
    BadFieldValue,  // control characters, obsolete folding, bare CR or LF
    FieldTooLarge,
    TooManyFields,
    HeadTooLarge,
    BadHost,  // missing or repeated in HTTP/1.1, or not a host, or not that of an absolute target
    DuplicateField,       // a field that may appear once appears again
    BadContentLength,     // not digits only, a list, repeated, or more than 2^63-1
    ConflictingLength,    // Content-Length and Transfer-Encoding together
    BadTransferEncoding,  // chunked not last, applied twice, or in HTTP/1.0
    UnsupportedTransferEncoding,
    UnsupportedExpectation,
    BadChunkSize,
    BadChunkExtension,
    ChunkExtensionTooLarge,
    BadChunkEnd,  // chunk data not followed by CRLF
    BadTrailer,   // malformed, or a field that must not be a trailer
    TrailersTooLarge,
    BodyTooLarge,
    IncompleteBody,  // the peer closed before the body's end
    BadPercentEncoding,
    TooManyParameters,  // of a query or form
    UpgradeWithBody,    // a WebSocket handshake that announces a body
    BadMultipart,       // no or a bad boundary, or a delimiter line with something behind it
    BadPartHeader,      // of a part of a multipart body: malformed, or repeated
    PartHeadTooLarge,
    TooManyParts,
    NestedMultipart,
    BadContentCoding,  // compressed data that is malformed, cut short or followed by garbage
    UnsupportedContentCoding,
    BadForwarded,   // what a trusted proxy says of the client makes no sense
    BadStatusLine,  // not `version SP 100-999 [SP reason] CRLF`, or a control character in it
    StatusLineTooLong,
    BadUpgrade,  // 101 that does not say to which protocol the server switched, or in HTTP/1.0
};

const std::error_category& error_category();
std::error_code make_error_code(Error error);

/// The status that answers the error in a request: 400, 413, 414, 415, 417, 431, 501 or 505. What
/// only a response can have is 502, the answer of a gateway whose server sent it; such a gateway
/// answers 502 whatever was wrong with the response.
Status status_of(Error error);
/// The same for a code of this module's category; 400 for any other code.
Status status_of(const std::error_code& code);

}  // namespace indrik::http

template <>
struct std::is_error_code_enum<indrik::http::Error> : std::true_type {};
