#pragma once
// Content codings (RFC 9110 section 8.4.1): gzip, deflate, Brotli and Zstandard, both ways, as
// streams; and when to use which.
//
//   Compressor compressor(ContentCoding::Gzip);
//   compressor.feed("hello ", out);
//   compressor.feed("world", out, FlushMode::Sync);     // all so far can be decoded by the peer
//   compressor.finish(out);
//
//   Decompressor decompressor(ContentCoding::Gzip, limit);
//   do {
//       auto step = decompressor.feed(rest, out, 65536);
//       if (!step) return step.error();
//       rest.remove_prefix(step->consumed);
//       ... use and clear out ...
//   } while (step->produced == 65536 || !rest.empty());
//   decompressor.finish();                              // an error if the body was cut short

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "indrik/core/buffer.hpp"
#include "indrik/core/result.hpp"
#include "indrik/http/errors.hpp"

namespace indrik::http {

namespace detail {
class Encoder;
class Decoder;
}  // namespace detail

enum class ContentCoding : std::uint8_t {
    Identity,
    Gzip,
    Deflate,  // the zlib format (RFC 1950), as the standard has it; bare deflate data is refused
    Brotli,
    Zstd,
};

/// "identity", "gzip", "deflate", "br", "zstd". Lifetime: static.
std::string_view to_string(ContentCoding coding);
/// Without regard to case; "x-gzip" is gzip. Nothing for any other coding.
std::optional<ContentCoding> parse_content_coding(std::string_view text);

enum class FlushMode : std::uint8_t {
    None,  // the compressor keeps what it likes
    Sync,  // everything fed so far goes out; costs some bytes
};

/// The level that a Compressor has if none is given: for data made while the client waits, where
/// the time of the server is dearer than the last tenth of the size. gzip and deflate 1, Brotli 2,
/// Zstandard 3 (10 KiB of JSON: 27, 43 and 29 microseconds; gzip 6 takes 54, for a tenth less).
/// What is compressed once and served often deserves 9, 11 and 19.
int default_level(ContentCoding coding);

/// Compresses one body after another. Memory, held until destruction: gzip and deflate 256 KiB,
/// Brotli and Zstandard a few hundred KiB at the default level.
class Compressor {
public:
    /// Errors: std::invalid_argument for identity or a level that the coding does not have (gzip
    /// and deflate 0 to 9, Brotli 0 to 11, Zstandard 1 to 19).
    explicit Compressor(ContentCoding coding);
    Compressor(ContentCoding coding, int level);
    Compressor(Compressor&&) noexcept;
    Compressor& operator=(Compressor&&) noexcept;
    ~Compressor();

    ContentCoding coding() const { return coding_; }
    /// Appends what comes of it to `out`. REQUIRES: not finished
    void feed(std::string_view input, Buffer& out, FlushMode flush = FlushMode::None);
    /// The end of the body. REQUIRES: not finished
    void finish(Buffer& out);
    /// Makes ready for another body, in the middle of one as well. Memory is kept, but for
    /// Brotli, whose library cannot.
    void reset();

private:
    ContentCoding coding_;
    bool finished_ = false;
    std::unique_ptr<detail::Encoder> encoder_;
};

/// Decompresses one body after another, never more than it is asked for.
///
/// A body of several gzip members or Zstandard frames one behind the other is the whole of their
/// data, as both formats have it; any other bytes behind the end are an error. Zstandard frames
/// that need a window of more than 8 MiB are refused (RFC 9659).
class Decompressor {
public:
    static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

    struct Step {
        std::size_t consumed;  // bytes of the input
        std::size_t produced;  // bytes appended to the output
    };

    /// `output_limit_bytes`: of the whole decompressed body; what guards against bombs. Errors:
    /// std::invalid_argument for identity.
    explicit Decompressor(ContentCoding coding, std::uint64_t output_limit_bytes = kNoLimit);
    Decompressor(Decompressor&&) noexcept;
    Decompressor& operator=(Decompressor&&) noexcept;
    ~Decompressor();

    ContentCoding coding() const { return coding_; }
    /// Appends at most `max_bytes` to `out`. If it appends fewer, all input is consumed; otherwise
    /// call again with the rest of the input, even if nothing is left of it. Errors:
    /// BadContentCoding, BodyTooLarge; after an error every call returns it again. REQUIRES:
    /// max_bytes != 0
    Result<Step> feed(std::string_view input, Buffer& out, std::size_t max_bytes);
    /// To be called at the end of the body. Errors: IncompleteBody if the data was cut short, or
    /// that of an earlier failure.
    Result<void> finish() const;
    /// Makes ready for another body. Memory is kept, but for Brotli.
    void reset();

private:
    ContentCoding coding_;
    std::uint64_t limit_;
    std::uint64_t produced_ = 0;
    Error error_{};
    std::unique_ptr<detail::Decoder> decoder_;
};

/// The codings in the order in which the server likes to use them.
inline constexpr ContentCoding kOfferedCodings[] = {
    ContentCoding::Zstd, ContentCoding::Brotli, ContentCoding::Gzip, ContentCoding::Deflate};

/// Which coding the client likes best of `offers` (RFC 9110 section 12.5.3); of those it likes
/// equally, the first. Identity need not be offered: it is taken if nothing else is acceptable or
/// the client prefers it, and without an Accept-Encoding field. Nothing if even identity is refused
/// (406, or identity all the same).
std::optional<ContentCoding> choose_coding(std::optional<std::string_view> accept_encoding,
                                           std::span<const ContentCoding> offers = kOfferedCodings);

/// Whether bodies of that type get much smaller: text, JSON, XML, scripts, fonts that are not
/// compressed, and so on. `content_type` may have parameters.
bool is_compressible(std::string_view content_type);

/// Below it a compressed body saves no packet, and may be longer.
inline constexpr std::size_t kMinCompressedBytes = 1024;

/// Whether a body is worth compressing: its type is compressible, and it has `min_bytes` or a
/// length that is not known yet.
bool is_worth_compressing(std::string_view content_type,
                          std::optional<std::uint64_t> length_bytes,
                          std::size_t min_bytes = kMinCompressedBytes);

}  // namespace indrik::http
