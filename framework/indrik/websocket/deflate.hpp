#pragma once
// Messages through zlib, as permessage-deflate has them (RFC 7692 section 7.2): deflate blocks without zlib's frame, each message
// less the four bytes with which a flush ends.
//
// What a connection holds between messages is its context, if one was agreed upon. Without it, connections borrow what they need
// from the CodecPool of their loop for the length of a message, so that a thousand of them need one compressor.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "indrik/core/buffer.hpp"

namespace indrik::websocket {

/// Compresses messages, one after the other.
class Deflater {
public:
    Deflater(int window_bits, int level);
    Deflater(const Deflater&) = delete;
    ~Deflater();

    /// Appends `piece` compressed, so that the peer can have all of it. With `is_last` the message ends.
    void compress(std::string_view piece, Buffer& out, bool is_last);
    /// Forgets all earlier messages.
    void reset();

    int window_bits() const { return window_bits_; }
    int level() const { return level_; }

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    int window_bits_;
    int level_;
};

/// Decompresses messages, one after the other. What refers further back than the window is bad data, unless zlib still has it at hand.
class Inflater {
public:
    struct Progress {
        std::size_t consumed = 0;
        std::size_t produced = 0;
        bool has_failed = false;
    };

    explicit Inflater(int window_bits);
    Inflater(const Inflater&) = delete;
    ~Inflater();

    /// Goes on until the input is used up or the space is full; in the latter case more may be ready. REQUIRES: !space.empty()
    Progress decompress(std::string_view input, std::span<char> space);
    /// Whether what was read so far ends with a whole block, as each message does.
    bool is_between_blocks() const { return is_between_blocks_; }
    /// Whether it ends with a block that says to be the last; the next one begins a new stream with the same window.
    bool has_ended() const { return has_ended_; }
    void reset();

    int window_bits() const { return window_bits_; }

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    int window_bits_;
    bool is_between_blocks_ = true;
    bool has_ended_ = false;
};

/// What the connections of one loop share. Lifetime: outlives them.
class CodecPool {
public:
    std::unique_ptr<Deflater> borrow_deflater(int window_bits, int level);
    std::unique_ptr<Inflater> borrow_inflater(int window_bits);
    void give_back(std::unique_ptr<Deflater> deflater);
    void give_back(std::unique_ptr<Inflater> inflater);

    /// Room for what is decompressed, or compressed, next: nobody keeps anything here across a wait.
    std::span<char> space();
    Buffer& buffer();

private:
    std::vector<std::unique_ptr<Deflater>> deflaters_;
    std::vector<std::unique_ptr<Inflater>> inflaters_;
    std::vector<char> space_;
    Buffer buffer_;
};

}  // namespace indrik::websocket
