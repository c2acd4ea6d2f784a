#include "indrik/websocket/deflate.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>

#include <zlib.h>

#include "indrik/websocket/deflate_agreement.hpp"

namespace indrik::websocket {

namespace {

constexpr std::size_t kStepBytes = 4096;
constexpr std::size_t kSpaceBytes = 32 * 1024;
constexpr std::size_t kKeptBufferBytes = 256 * 1024;
constexpr std::size_t kSpareCodecs = 4;
constexpr std::size_t kTailBytes = 4;  // 00 00 ff ff, the end of every flush
constexpr int kMinDeflateBits = 9;
constexpr int kBetweenBlocks = 128;  // in z_stream::data_type
constexpr std::size_t kMaxPieceBytes = std::numeric_limits<uInt>::max();

uInt clamped(std::size_t size) {
    return static_cast<uInt>(std::min(size, kMaxPieceBytes));
}

Bytef* bytes_of(std::string_view input) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
}

void check(int result) {
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result != Z_OK) throw std::runtime_error("zlib cannot be used");
}

/// Takes one with the wanted settings out of `spare`; null if there is none.
template <class Codec, class Predicate>
std::unique_ptr<Codec> take(std::vector<std::unique_ptr<Codec>>& spare, Predicate is_wanted) {
    const auto found = std::find_if(spare.begin(), spare.end(), is_wanted);
    if (found == spare.end()) return nullptr;
    std::unique_ptr<Codec> codec = std::move(*found);
    spare.erase(found);
    return codec;
}

template <class Codec>
void keep(std::vector<std::unique_ptr<Codec>>& spare, std::unique_ptr<Codec> codec) {
    codec->reset();
    if (spare.size() == kSpareCodecs) spare.erase(spare.begin());
    spare.push_back(std::move(codec));
}

}  // namespace

struct Deflater::Stream : z_stream {};

Deflater::Deflater(int window_bits, int level)
    : stream_(std::make_unique<Stream>()), window_bits_(window_bits), level_(level) {
    check(deflateInit2(stream_.get(),
                       level,
                       Z_DEFLATED,
                       -std::max(window_bits, kMinDeflateBits),
                       deflate_memory_level(window_bits),
                       Z_DEFAULT_STRATEGY));
}

Deflater::~Deflater() {
    deflateEnd(stream_.get());
}

void Deflater::reset() {
    deflateReset(stream_.get());
}

void Deflater::compress(std::string_view piece, Buffer& out, bool is_last) {
    if (piece.empty()) {
        // An empty block without its length; zlib would not flush twice.
        if (is_last) out.append(std::string_view("\0", 1));
        return;
    }
    do {
        const std::string_view part = piece.substr(0, kMaxPieceBytes);
        piece.remove_prefix(part.size());
        stream_->next_in = bytes_of(part);
        stream_->avail_in = clamped(part.size());
        do {
            const std::span<char> room = out.prepare(kStepBytes);
            stream_->next_out = reinterpret_cast<Bytef*>(room.data());
            stream_->avail_out = clamped(room.size());
            const uInt available = stream_->avail_out;
            deflate(stream_.get(), piece.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH);
            out.commit(available - stream_->avail_out);
        } while (stream_->avail_out == 0);
    } while (!piece.empty());
    if (is_last) out.truncate(out.size() - kTailBytes);
}

struct Inflater::Stream : z_stream {};

Inflater::Inflater(int window_bits)
    : stream_(std::make_unique<Stream>()), window_bits_(window_bits) {
    check(inflateInit2(stream_.get(), -window_bits));
}

Inflater::~Inflater() {
    inflateEnd(stream_.get());
}

void Inflater::reset() {
    inflateReset(stream_.get());
    is_between_blocks_ = true;
    has_ended_ = false;
}

Inflater::Progress Inflater::decompress(std::string_view input, std::span<char> space) {
    Progress progress;
    for (;;) {
        const std::string_view rest = input.substr(progress.consumed);
        const std::span<char> room = space.subspan(progress.produced);
        if (has_ended_ && rest.empty()) return progress;
        has_ended_ = false;
        stream_->next_in = bytes_of(rest);
        stream_->avail_in = clamped(rest.size());
        stream_->next_out = reinterpret_cast<Bytef*>(room.data());
        stream_->avail_out = clamped(room.size());
        const uInt available = stream_->avail_in;
        const uInt capacity = stream_->avail_out;
        const int result = inflate(stream_.get(), Z_SYNC_FLUSH);
        progress.consumed += available - stream_->avail_in;
        progress.produced += capacity - stream_->avail_out;
        is_between_blocks_ = (stream_->data_type & kBetweenBlocks) != 0;
        if (result == Z_STREAM_END) {
            // The window stays: later messages may refer to it.
            inflateResetKeep(stream_.get());
            has_ended_ = is_between_blocks_ = true;
        } else if (result == Z_BUF_ERROR) {
            return progress;  // there was nothing to do
        } else if (result != Z_OK) {
            progress.has_failed = true;
            return progress;
        }
        if (progress.produced == space.size() || progress.consumed == input.size()) return progress;
    }
}

std::unique_ptr<Deflater> CodecPool::borrow_deflater(int window_bits, int level) {
    const auto is_wanted = [&](const std::unique_ptr<Deflater>& spare) {
        return spare->window_bits() == window_bits && spare->level() == level;
    };
    auto found = take(deflaters_, is_wanted);
    return found ? std::move(found) : std::make_unique<Deflater>(window_bits, level);
}

std::unique_ptr<Inflater> CodecPool::borrow_inflater(int window_bits) {
    const auto is_wanted = [&](const std::unique_ptr<Inflater>& spare) {
        return spare->window_bits() == window_bits;
    };
    auto found = take(inflaters_, is_wanted);
    return found ? std::move(found) : std::make_unique<Inflater>(window_bits);
}

void CodecPool::give_back(std::unique_ptr<Deflater> deflater) {
    keep(deflaters_, std::move(deflater));
}

void CodecPool::give_back(std::unique_ptr<Inflater> inflater) {
    keep(inflaters_, std::move(inflater));
}

std::span<char> CodecPool::space() {
    if (space_.empty()) space_.resize(kSpaceBytes);
    return space_;
}

Buffer& CodecPool::buffer() {
    if (buffer_.capacity_bytes() > kKeptBufferBytes) buffer_ = Buffer();
    buffer_.clear();
    return buffer_;
}

}  // namespace indrik::websocket
