#include "indrik/http/errors.hpp"

#include <string>

namespace indrik::http {

namespace {

const char* describe(Error error) {
    switch (error) {
        case Error::BadRequestLine:
            return "malformed request line";
        case Error::BadMethod:
            return "malformed method";
        case Error::BadTarget:
            return "malformed or unsuitable request target";
        case Error::BadVersion:
            return "malformed HTTP version";
        case Error::UnsupportedVersion:
            return "unsupported HTTP version";
        case Error::RequestLineTooLong:
            return "request line too long";
        case Error::BadFieldName:
            return "malformed header field name";
        case Error::BadFieldValue:
            return "malformed header field value";
        case Error::FieldTooLarge:
            return "header field too large";
        case Error::TooManyFields:
            return "too many header fields";
        case Error::HeadTooLarge:
            return "message head too large";
        case Error::BadHost:
            return "missing, repeated, malformed or contradictory Host";
        case Error::DuplicateField:
            return "repeated header field that may appear once";
        case Error::BadContentLength:
            return "malformed or repeated Content-Length";
        case Error::ConflictingLength:
            return "both Content-Length and Transfer-Encoding";
        case Error::BadTransferEncoding:
            return "malformed or forbidden Transfer-Encoding";
        case Error::UnsupportedTransferEncoding:
            return "unsupported transfer coding";
        case Error::UnsupportedExpectation:
            return "unsupported expectation";
        case Error::BadChunkSize:
            return "malformed chunk size";
        case Error::BadChunkExtension:
            return "malformed chunk extension";
        case Error::ChunkExtensionTooLarge:
            return "chunk extensions too large";
        case Error::BadChunkEnd:
            return "chunk data without its line end";
        case Error::BadTrailer:
            return "malformed or forbidden trailer field";
        case Error::TrailersTooLarge:
            return "trailers too large";
        case Error::BodyTooLarge:
            return "request body too large";
        case Error::IncompleteBody:
            return "connection closed before the end of the body";
        case Error::BadPercentEncoding:
            return "malformed percent-encoding";
        case Error::TooManyParameters:
            return "too many query or form parameters";
        case Error::UpgradeWithBody:
            return "WebSocket handshake with a body";
        case Error::BadMultipart:
            return "malformed multipart body";
        case Error::BadPartHeader:
            return "malformed or repeated header field of a part";
        case Error::PartHeadTooLarge:
            return "header of a part too large";
        case Error::TooManyParts:
            return "too many parts";
        case Error::NestedMultipart:
            return "multipart within multipart";
        case Error::BadContentCoding:
            return "malformed compressed body";
        case Error::UnsupportedContentCoding:
            return "unsupported content coding";
        case Error::BadForwarded:
            return "malformed Forwarded or X-Forwarded field";
        case Error::BadStatusLine:
            return "malformed status line";
        case Error::StatusLineTooLong:
            return "status line too long";
        case Error::BadUpgrade:
            return "101 without the protocol that it switches to";
    }
    return "unknown HTTP error";
}

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "indrik.http"; }
    std::string message(int value) const override { return describe(static_cast<Error>(value)); }
};

}  // namespace

const std::error_category& error_category() {
    static const Category category;
    return category;
}

std::error_code make_error_code(Error error) {
    return {static_cast<int>(error), error_category()};
}

Status status_of(Error error) {
    switch (error) {
        case Error::RequestLineTooLong:
            return Status::UriTooLong;
        case Error::FieldTooLarge:
        case Error::TooManyFields:
        case Error::HeadTooLarge:
        case Error::TrailersTooLarge:
            return Status::RequestHeaderFieldsTooLarge;
        case Error::BodyTooLarge:
        case Error::PartHeadTooLarge:
        case Error::TooManyParts:
            return Status::ContentTooLarge;
        case Error::UnsupportedContentCoding:
            return Status::UnsupportedMediaType;
        case Error::UnsupportedVersion:
            return Status::HttpVersionNotSupported;
        case Error::UnsupportedTransferEncoding:
            return Status::NotImplemented;
        case Error::UnsupportedExpectation:
            return Status::ExpectationFailed;
        case Error::BadStatusLine:
        case Error::StatusLineTooLong:
        case Error::BadUpgrade:
            return Status::BadGateway;
        default:
            return Status::BadRequest;
    }
}

Status status_of(const std::error_code& code) {
    if (code.category() != error_category()) return Status::BadRequest;
    return status_of(static_cast<Error>(code.value()));
}

}  // namespace indrik::http
