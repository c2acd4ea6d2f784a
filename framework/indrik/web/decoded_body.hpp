#pragma once
// A request body without its content coding (gzip, deflate, br, zstd), piece by piece.

#include <exception>
#include <string_view>

#include "indrik/core/buffer.hpp"
#include "indrik/http/compression.hpp"
#include "indrik/net/byte_source.hpp"

namespace indrik::web {

/// Takes memory for one piece, whatever is packed into the body; a body that nobody reads is not decompressed.
/// Errors: HTTPBadRequest if the data is malformed or cut short; as the source.
class DecodedBody final : public net::ByteSource {
public:
    static constexpr std::size_t kPieceBytes = 64 * 1024;

    /// Lifetime: the source outlives the object.
    DecodedBody(net::ByteSource& source, http::ContentCoding coding)
        : source_(source), decompressor_(coding) {}

    Task<std::string_view> read_some() override;
    bool at_end() const override { return at_end_; }

private:
    [[noreturn]] void fail();

    net::ByteSource& source_;
    http::Decompressor decompressor_;
    std::string_view input_;  // what has not been decompressed of the source's last piece
    Buffer output_;
    bool output_full_ = false;  // the decompressor may hold more, whatever is left of the input
    bool has_begun_ = false;
    bool failed_ = false;
    bool at_end_ = false;
};

}  // namespace indrik::web
