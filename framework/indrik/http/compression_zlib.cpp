// gzip and deflate, with zlib.

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>

#include <zlib.h>

#include "indrik/http/detail/codec.hpp"

namespace indrik::http::detail {

namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipFormat = 16;  // added to the window bits
constexpr int kMemoryLevel = 8;  // zlib's default
constexpr std::size_t kMaxPieceBytes = std::numeric_limits<uInt>::max();

int window_bits(ZlibFormat format) {
    return format == ZlibFormat::Gzip ? kWindowBits + kGzipFormat : kWindowBits;
}

/// zlib counts in 32 bits.
uInt piece_size(std::size_t size) {
    return static_cast<uInt>(std::min(size, kMaxPieceBytes));
}

/// zlib reads through a pointer that it does not call const.
Bytef* bytes_of(std::string_view input) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
}

class ZlibEncoder final : public Encoder {
public:
    ZlibEncoder(ZlibFormat format, int level) {
        const int result = deflateInit2(
            &stream_, level, Z_DEFLATED, window_bits(format), kMemoryLevel, Z_DEFAULT_STRATEGY);
        if (result == Z_MEM_ERROR) throw std::bad_alloc();
        if (result != Z_OK) throw std::runtime_error("zlib cannot be used");
    }
    ~ZlibEncoder() override { deflateEnd(&stream_); }

    void run(std::string_view input, Buffer& out, EncoderOperation operation) override {
        do {
            const std::string_view piece = input.substr(0, kMaxPieceBytes);
            input.remove_prefix(piece.size());
            run_piece(piece, out, input.empty() ? flush_of(operation) : Z_NO_FLUSH);
        } while (!input.empty());
    }

    void reset() override { deflateReset(&stream_); }

private:
    static int flush_of(EncoderOperation operation) {
        if (operation == EncoderOperation::Finish) return Z_FINISH;
        return operation == EncoderOperation::Flush ? Z_SYNC_FLUSH : Z_NO_FLUSH;
    }

    /// deflate is done when it leaves room.
    void run_piece(std::string_view input, Buffer& out, int flush) {
        stream_.next_in = bytes_of(input);
        stream_.avail_in = piece_size(input.size());
        do {
            const std::span<char> space = out.prepare(kOutputStepBytes);
            stream_.next_out = reinterpret_cast<Bytef*>(space.data());
            stream_.avail_out = piece_size(space.size());
            const uInt room = stream_.avail_out;
            deflate(&stream_, flush);
            out.commit(room - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

    z_stream stream_{};
};

class ZlibDecoder final : public Decoder {
public:
    explicit ZlibDecoder(ZlibFormat format) : format_(format) {
        const int result = inflateInit2(&stream_, window_bits(format));
        if (result == Z_MEM_ERROR) throw std::bad_alloc();
        if (result != Z_OK) throw std::runtime_error("zlib cannot be used");
    }
    ~ZlibDecoder() override { inflateEnd(&stream_); }

    Progress run(std::string_view input, std::span<char> space) override {
        Progress progress{Status::InputUsedUp, 0, 0};
        while (progress.produced < space.size()) {
            const bool used_up = progress.consumed == input.size();
            if (used_up && (at_end_ || progress.produced != 0 || progress.consumed != 0)) {
                return progress;
            }
            const bool good = (!at_end_ || begin_member(input[progress.consumed])) &&
                              run_piece(input, space, progress);
            if (!good) {
                progress.status = Status::Failed;
                return progress;
            }
            if (used_up) break;  // what lay ready is out
        }
        if (progress.produced == space.size()) progress.status = Status::OutputFull;
        return progress;
    }

    bool is_complete() const override { return at_end_; }

    void reset() override {
        inflateReset(&stream_);
        at_end_ = false;
    }

private:
    /// A gzip body may go on with another member, which begins with 1f.
    bool begin_member(char first) {
        if (format_ != ZlibFormat::Gzip || first != '\x1f') return false;
        reset();
        return true;
    }

    /// False if the data is bad.
    bool run_piece(std::string_view input, std::span<char> space, Progress& progress) {
        const std::string_view rest = input.substr(progress.consumed);
        const std::span<char> room = space.subspan(progress.produced);
        stream_.next_in = bytes_of(rest);
        stream_.avail_in = piece_size(rest.size());
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = piece_size(room.size());
        const uInt available = stream_.avail_in;
        const uInt capacity = stream_.avail_out;
        const int result = inflate(&stream_, Z_NO_FLUSH);
        progress.consumed += available - stream_.avail_in;
        progress.produced += capacity - stream_.avail_out;
        at_end_ = result == Z_STREAM_END;
        // Z_BUF_ERROR says that there was nothing to do.
        return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
    }

    ZlibFormat format_;
    bool at_end_ = false;
    z_stream stream_{};
};

}  // namespace

std::unique_ptr<Encoder> make_zlib_encoder(ZlibFormat format, int level) {
    return std::make_unique<ZlibEncoder>(format, level);
}

std::unique_ptr<Decoder> make_zlib_decoder(ZlibFormat format) {
    return std::make_unique<ZlibDecoder>(format);
}

}  // namespace indrik::http::detail
