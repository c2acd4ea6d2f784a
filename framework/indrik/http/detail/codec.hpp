#pragma once
// What Compressor and Decompressor ask of a compression library; each is wrapped in a file of its
// own, http/compression_*.cpp.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "indrik/core/buffer.hpp"

namespace indrik::http::detail {

/// How much room an encoder asks for at a time.
inline constexpr std::size_t kOutputStepBytes = 4096;

enum class EncoderOperation { Process, Flush, Finish };

class Encoder {
public:
    Encoder() = default;
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;
    virtual ~Encoder() = default;
    virtual void run(std::string_view input, Buffer& out, EncoderOperation operation) = 0;
    virtual void reset() = 0;
};

class Decoder {
public:
    enum class Status {
        InputUsedUp,  // and all that came of it is out
        OutputFull,
        Failed,
    };
    struct Progress {
        Status status;
        std::size_t consumed;
        std::size_t produced;
    };

    Decoder() = default;
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    virtual ~Decoder() = default;
    /// REQUIRES: !space.empty()
    virtual Progress run(std::string_view input, std::span<char> space) = 0;
    /// Whether the input so far may be all.
    virtual bool is_complete() const = 0;
    virtual void reset() = 0;
};

enum class ZlibFormat { Gzip, Zlib };

std::unique_ptr<Encoder> make_zlib_encoder(ZlibFormat format, int level);
std::unique_ptr<Encoder> make_brotli_encoder(int level);
std::unique_ptr<Encoder> make_zstd_encoder(int level);
std::unique_ptr<Decoder> make_zlib_decoder(ZlibFormat format);
std::unique_ptr<Decoder> make_brotli_decoder();
std::unique_ptr<Decoder> make_zstd_decoder();

}  // namespace indrik::http::detail
