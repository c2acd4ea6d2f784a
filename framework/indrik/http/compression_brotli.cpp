// Brotli, with Google's library.

#include <cstdint>
#include <new>
#include <stdexcept>

#include <brotli/decode.h>
#include <brotli/encode.h>

#include "indrik/http/detail/codec.hpp"

namespace indrik::http::detail {

namespace {

constexpr std::uint32_t kWindowBits = 18;  // 256 KiB: what a page refers back to

const std::uint8_t* bytes_of(std::string_view input) {
    return reinterpret_cast<const std::uint8_t*>(input.data());
}

class BrotliEncoder final : public Encoder {
public:
    explicit BrotliEncoder(int level) : level_(level) { create(); }

    void run(std::string_view input, Buffer& out, EncoderOperation operation) override {
        const BrotliEncoderOperation wanted = operation_of(operation);
        std::size_t available = input.size();
        const std::uint8_t* next = bytes_of(input);
        do {
            const std::span<char> space = out.prepare(kOutputStepBytes);
            std::size_t room = space.size();
            auto* at = reinterpret_cast<std::uint8_t*>(space.data());
            const BROTLI_BOOL done = BrotliEncoderCompressStream(
                state_.get(), wanted, &available, &next, &room, &at, nullptr);
            out.commit(space.size() - room);
            if (!done) throw std::runtime_error("Brotli failed");
        } while (available != 0 || BrotliEncoderHasMoreOutput(state_.get()));
    }

    void reset() override { create(); }

private:
    struct Destroy {
        void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
    };

    static BrotliEncoderOperation operation_of(EncoderOperation operation) {
        if (operation == EncoderOperation::Finish) return BROTLI_OPERATION_FINISH;
        return operation == EncoderOperation::Flush ? BROTLI_OPERATION_FLUSH
                                                    : BROTLI_OPERATION_PROCESS;
    }

    void create() {
        state_.reset();
        state_.reset(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr));
        if (!state_) throw std::bad_alloc();
        const auto quality = static_cast<std::uint32_t>(level_);
        BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_QUALITY, quality);
        BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_LGWIN, kWindowBits);
    }

    int level_;
    std::unique_ptr<BrotliEncoderState, Destroy> state_;
};

class BrotliDecoder final : public Decoder {
public:
    BrotliDecoder() { create(); }

    Progress run(std::string_view input, std::span<char> space) override {
        if (is_complete()) {
            return {input.empty() ? Status::InputUsedUp : Status::Failed, 0, 0};
        }
        std::size_t available = input.size();
        const std::uint8_t* next = bytes_of(input);
        std::size_t room = space.size();
        auto* at = reinterpret_cast<std::uint8_t*>(space.data());
        const BrotliDecoderResult result =
            BrotliDecoderDecompressStream(state_.get(), &available, &next, &room, &at, nullptr);
        return {status_of(result, available, room), input.size() - available, space.size() - room};
    }

    bool is_complete() const override { return BrotliDecoderIsFinished(state_.get()) != 0; }

    void reset() override { create(); }

private:
    struct Destroy {
        void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
    };

    static Status status_of(BrotliDecoderResult result, std::size_t available, std::size_t room) {
        if (result == BROTLI_DECODER_RESULT_ERROR) return Status::Failed;
        if (room == 0) return Status::OutputFull;
        // Nothing may follow the end.
        return available == 0 ? Status::InputUsedUp : Status::Failed;
    }

    void create() {
        state_.reset();
        state_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
        if (!state_) throw std::bad_alloc();
    }

    std::unique_ptr<BrotliDecoderState, Destroy> state_;
};

}  // namespace

std::unique_ptr<Encoder> make_brotli_encoder(int level) {
    return std::make_unique<BrotliEncoder>(level);
}

std::unique_ptr<Decoder> make_brotli_decoder() {
    return std::make_unique<BrotliDecoder>();
}

}  // namespace indrik::http::detail
