// Zstandard, with its own library.

#include <new>
#include <stdexcept>
#include <string>

#include <zstd.h>

#include "indrik/http/detail/codec.hpp"

namespace indrik::http::detail {

namespace {

constexpr int kEncoderWindowLog = 18;  // 256 KiB: what a page refers back to
constexpr int kDecoderWindowLog = 23;  // 8 MiB, all that RFC 9659 lets a peer ask for

std::size_t check(std::size_t result) {
    if (ZSTD_isError(result)) {
        throw std::runtime_error(std::string("Zstandard: ") + ZSTD_getErrorName(result));
    }
    return result;
}

class ZstdEncoder final : public Encoder {
public:
    explicit ZstdEncoder(int level) : context_(ZSTD_createCCtx()) {
        if (!context_) throw std::bad_alloc();
        check(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level));
        check(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_windowLog, kEncoderWindowLog));
    }

    void run(std::string_view input, Buffer& out, EncoderOperation operation) override {
        ZSTD_inBuffer source{input.data(), input.size(), 0};
        const ZSTD_EndDirective directive = directive_of(operation);
        std::size_t remaining = 0;
        do {
            const std::span<char> space = out.prepare(kOutputStepBytes);
            ZSTD_outBuffer target{space.data(), space.size(), 0};
            remaining = check(ZSTD_compressStream2(context_.get(), &target, &source, directive));
            out.commit(target.pos);
        } while (source.pos < source.size ||
                 (operation != EncoderOperation::Process && remaining != 0));
    }

    void reset() override { ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_only); }

private:
    struct Free {
        void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    };

    static ZSTD_EndDirective directive_of(EncoderOperation operation) {
        if (operation == EncoderOperation::Finish) return ZSTD_e_end;
        return operation == EncoderOperation::Flush ? ZSTD_e_flush : ZSTD_e_continue;
    }

    std::unique_ptr<ZSTD_CCtx, Free> context_;
};

class ZstdDecoder final : public Decoder {
public:
    ZstdDecoder() : context_(ZSTD_createDCtx()) {
        if (!context_) throw std::bad_alloc();
        check(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kDecoderWindowLog));
    }

    Progress run(std::string_view input, std::span<char> space) override {
        ZSTD_inBuffer source{input.data(), input.size(), 0};
        ZSTD_outBuffer target{space.data(), space.size(), 0};
        // Each call ends with a frame at the latest; data may also lie ready without any input.
        while (target.pos < target.size && (source.pos < source.size || has_more_)) {
            if (before_frame_ && !is_frame_start(input, source.pos)) {
                return {Status::Failed, source.pos, target.pos};
            }
            const std::size_t before = source.pos + target.pos;
            const std::size_t result = ZSTD_decompressStream(context_.get(), &target, &source);
            if (ZSTD_isError(result)) return {Status::Failed, source.pos, target.pos};
            is_complete_ = before_frame_ = result == 0;
            has_more_ = !is_complete_ && target.pos == target.size;
            if (source.pos + target.pos == before) break;
        }
        const Status status = target.pos == target.size ? Status::OutputFull : Status::InputUsedUp;
        return {status, source.pos, target.pos};
    }

    bool is_complete() const override { return is_complete_; }

    void reset() override {
        ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
        is_complete_ = has_more_ = false;
        before_frame_ = true;
    }

private:
    struct Free {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };

    /// Whether a frame of the standard, or one to be skipped, may begin there: the library also
    /// reads the formats of its youth, whose decoders nobody looks after any more.
    static bool is_frame_start(std::string_view input, std::size_t at) {
        const auto first = static_cast<unsigned char>(input[at]);
        return first == 0x28 || (first & 0xf0) == 0x50;
    }

    std::unique_ptr<ZSTD_DCtx, Free> context_;
    bool is_complete_ = false;  // behind a frame
    bool before_frame_ = true;  // before a frame
    bool has_more_ = false;     // the last call may have kept data for want of room
};

}  // namespace

std::unique_ptr<Encoder> make_zstd_encoder(int level) {
    return std::make_unique<ZstdEncoder>(level);
}

std::unique_ptr<Decoder> make_zstd_decoder() {
    return std::make_unique<ZstdDecoder>();
}

}  // namespace indrik::http::detail
