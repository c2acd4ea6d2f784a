// Autobahn 12.* and 13.*: compressed messages, with all windows, with and without context.

#include "indrik/websocket/deflate.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/unit/websocket/wire.hpp"

namespace indrik::websocket {
namespace {

using tests::bytes;
using tests::fails_with;
using tests::outcome;
using tests::outcome_of;
using tests::Terms;
using tests::wire;

Terms compressed() {
    Terms setup;
    setup.deflate = DeflateAgreement();
    return setup;
}

std::string compressed_frame(std::string payload,
                             bool is_final = true,
                             Opcode opcode = Opcode::Text) {
    return wire({opcode, std::move(payload), is_final, true, 4});
}

std::string compress(Deflater& deflater, std::string_view text) {
    Buffer out;
    deflater.compress(text, out, true);
    return std::string(out.view());
}

/// Text with repetitions near and far.
std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string text;
    while (text.size() < size) {
        if (text.size() > 40 && random() % 3 != 0) {
            const std::size_t from = random() % (text.size() - 20);
            text += text.substr(from, 3 + random() % 40);
        } else {
            text += static_cast<char>('a' + random() % 26);
        }
    }
    return text.substr(0, size);
}

// The examples of RFC 7692 section 7.2.3.
TEST(Protocol, ReadsTheExamplesOfTheStandard) {
    const std::string hello = bytes("f2 48 cd c9 c9 07 00");
    EXPECT_EQ(outcome(compressed_frame(hello), compressed()), "text(Hello) ");
    EXPECT_EQ(outcome(compressed_frame(bytes("f2 48 cd"), false) +
                          tests::continuation(bytes("c9 c9 07 00")),
                      compressed()),
              "text(Hello) ");
    EXPECT_EQ(
        outcome(compressed_frame(hello) + compressed_frame(bytes("f2 00 11 00 00")), compressed()),
        "text(Hello) text(Hello) ")
        << "the second refers to the first";
    EXPECT_EQ(outcome(compressed_frame(bytes("00 05 00 fa ff 48 65 6c 6c 6f 00")), compressed()),
              "text(Hello) ")
        << "a block that is not compressed";
    EXPECT_EQ(outcome(compressed_frame(bytes("f3 48 cd c9 c9 07 00 00")), compressed()),
              "text(Hello) ")
        << "a block that says to be the last";
    EXPECT_EQ(
        outcome(compressed_frame(bytes("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")), compressed()),
        "text(Hello) ")
        << "two blocks";
}

TEST(Protocol, ALastBlockKeepsTheContext) {
    const std::string last = bytes("f3 48 cd c9 c9 07 00 00");
    EXPECT_EQ(
        outcome(compressed_frame(last) + compressed_frame(bytes("f2 00 11 00 00")), compressed()),
        "text(Hello) text(Hello) ");
    EXPECT_EQ(outcome(compressed_frame(bytes("f3 48 cd c9 c9 07 00")) + compressed_frame(last),
                      compressed()),
              "text(Hello) text(Hello) ")
        << "also if the sender forgot the byte behind it";
}

TEST(Protocol, WithoutContextNothingRefersBack) {
    Terms setup = compressed();
    setup.deflate->client_no_context_takeover = true;
    const std::string hello = compressed_frame(bytes("f2 48 cd c9 c9 07 00"));
    EXPECT_EQ(outcome(hello + hello, setup), "text(Hello) text(Hello) ");
    const std::string result = outcome(hello + compressed_frame(bytes("f2 00 11 00 00")), setup);
    EXPECT_TRUE(fails_with(result, 1007)) << result;
}

TEST(Protocol, MixesCompressedAndPlainMessages) {
    const std::string hello = bytes("f2 48 cd c9 c9 07 00");
    EXPECT_EQ(outcome(tests::text_frame("plain") + compressed_frame(hello) + tests::ping("p") +
                          wire({Opcode::Binary, "b"}),
                      compressed()),
              "text(plain) text(Hello) ping(p) binary(b) -> 8a0170");
    EXPECT_EQ(outcome(compressed_frame(bytes("f2 48 cd"), false) + tests::ping("p") +
                          tests::continuation(bytes("c9 c9 07 00")),
                      compressed()),
              "ping(p) text(Hello) -> 8a0170");
}

TEST(Protocol, RefusesCompressionWhereItMeansNothing) {
    EXPECT_TRUE(fails_with(outcome(compressed_frame(bytes("f2 48 cd c9 c9 07 00"))), 1002))
        << "not negotiated";
    const std::string continued = wire({Opcode::Continuation, "x", true, true, 4});
    EXPECT_TRUE(fails_with(outcome(tests::text_frame("a", false) + continued, compressed()), 1002));
    EXPECT_TRUE(fails_with(outcome(wire({Opcode::Ping, "x", true, true, 4}), compressed()), 1002));
}

TEST(Protocol, RefusesCompressedDataThatIsNone) {
    for (const char* const bad : {"ff ff ff ff", "", "f2 48 cd", "06", "f2 48 cd c9 c9 07 00 01"}) {
        EXPECT_TRUE(fails_with(outcome(compressed_frame(bytes(bad)), compressed()), 1007)) << bad;
    }
}

TEST(Protocol, ChecksDecompressedText) {
    Deflater deflater(15, 6);
    const std::string good = "Hello-\u00b5@\u00df";
    EXPECT_EQ(outcome(compressed_frame(compress(deflater, good)), compressed()),
              "text(" + good + ") ");
    Deflater other(15, 6);
    EXPECT_TRUE(fails_with(
        outcome(compressed_frame(compress(other, "bad \xed\xa0\x80")), compressed()), 1007));
}

TEST(Protocol, AnEmptyCompressedMessageIsEmpty) {
    EXPECT_EQ(
        outcome(compressed_frame(bytes("00")) + compressed_frame(bytes("02 00")), compressed()),
        "text() text() ");
    EXPECT_EQ(outcome(compressed_frame("", false) + tests::continuation(bytes("00")), compressed()),
              "text() ");
}

TEST(Protocol, StopsABombBeforeItGoesOff) {
    Deflater deflater(15, 9);
    const std::string bomb = compress(deflater, std::string(64 * 1024 * 1024, '\0'));
    ASSERT_LT(bomb.size(), 100'000u);
    Terms setup = compressed();
    setup.options.max_message_bytes = 1'000'000;
    std::string input = wire({Opcode::Binary, bomb, true, true, 4});
    CodecPool pool;
    Protocol protocol(Role::Server, setup.options, setup.deflate, &pool);
    Buffer output;
    std::size_t inflated = 0;
    std::span<char> rest(input);
    for (;;) {
        const Step step = protocol.receive(rest, output);
        rest = rest.subspan(step.consumed);
        inflated += step.data.size();
        if (step.event == Event::None || step.event == Event::Failed) break;
    }
    EXPECT_LE(inflated, 1'000'000u);
    EXPECT_EQ(protocol.close_code(), 1009);
}

TEST(Protocol, TheLimitIsOfDecompressedBytes) {
    Terms setup = compressed();
    setup.deflate->client_no_context_takeover = true;
    for (const std::size_t size : {4999u, 5000u, 5001u}) {
        Deflater deflater(15, 9);
        setup.options.max_message_bytes = 5000;
        const std::string result =
            outcome(compressed_frame(compress(deflater, std::string(size, 'x'))), setup);
        if (size <= 5000) {
            EXPECT_EQ(result, "text(" + std::to_string(size) + ") ");
        } else {
            EXPECT_TRUE(fails_with(result, 1009));
        }
    }
}

/// Decompresses with a window of exactly so many bits, one byte of output at a time, so that only the window can be referred to.
std::string inflate_strictly(const std::string& data, int window_bits) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, -window_bits), Z_OK);
    std::string input = data + bytes("0000ffff");
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    std::string output;
    for (;;) {
        char byte;
        stream.next_out = reinterpret_cast<Bytef*>(&byte);
        stream.avail_out = 1;
        const int result = inflate(&stream, Z_SYNC_FLUSH);
        if (stream.avail_out == 0) output += byte;
        if (result != Z_OK) {
            if (result != Z_BUF_ERROR) output += "<error>";
            break;
        }
    }
    inflateEnd(&stream);
    return output;
}

TEST(Deflater, KeepsWithinEveryWindow) {
    for (int bits = kMinWindowBits; bits <= kMaxWindowBits; ++bits) {
        for (const int level : {1, 6, 9}) {
            for (unsigned seed = 0; seed < 3; ++seed) {
                Deflater deflater(bits, level);
                const std::string text = noise(100'000, seed);
                const std::string data = compress(deflater, text);
                ASSERT_EQ(inflate_strictly(data, bits), text) << bits << ' ' << level;
                EXPECT_LT(data.size(), text.size());
            }
        }
    }
}

TEST(Deflater, GoesTogetherWithTheInflaterInAllSettings) {
    for (int bits = kMinWindowBits; bits <= kMaxWindowBits; ++bits) {
        for (const bool takeover : {true, false}) {
            Terms setup = compressed();
            setup.deflate->client_max_window_bits = bits;
            setup.deflate->client_no_context_takeover = !takeover;
            setup.options.deflate.min_message_bytes = 0;
            CodecPool pool;
            Sender sender(Role::Client, setup.deflate, setup.options.deflate, &pool);
            Buffer sent;
            std::string expected;
            for (const std::size_t size : {0u, 1u, 16u, 64u, 256u, 1024u, 32768u, 0u, 131072u}) {
                const std::string text = noise(size, 7);
                sender.message(sent, MessageType::Text, text);
                expected += "text(" + (size > 100 ? std::to_string(size) : text) + ") ";
            }
            EXPECT_EQ(outcome_of({sent.view()}, setup), expected) << bits;
            EXPECT_EQ(outcome_of(indrik::tests::single_bytes(sent.view()), setup), expected)
                << bits;
        }
    }
}

TEST(Sender, CompressesPiecesThatArriveAtOnce) {
    for (const bool takeover : {true, false}) {
        Terms setup = compressed();
        setup.deflate->client_no_context_takeover = !takeover;
        CodecPool pool;
        Sender sender(Role::Client, setup.deflate, DeflateOptions(), &pool);
        Buffer sent;
        for (int i = 0; i < 2; ++i) {
            sender.begin_message(MessageType::Text);
            sender.piece(sent, "first ", false);
            sender.ping(sent, "p");
            sender.piece(sent, "", false);
            sender.piece(sent, "second", false);
            sender.piece(sent, "", true);
        }
        EXPECT_EQ(outcome_of({sent.view()}, setup),
                  "ping(p) text(first second) ping(p) text(first second) -> 8a01708a0170");
    }
}

TEST(Sender, SendsPlainlyWhatCompressionWouldNotMakeSmaller) {
    Terms setup = compressed();
    setup.deflate->server_no_context_takeover = true;
    setup.options.deflate.min_message_bytes = 0;
    CodecPool pool;
    Sender sender(Role::Server, setup.deflate, setup.options.deflate, &pool);
    Buffer sent;
    sender.message(sent, MessageType::Text, "x");
    EXPECT_EQ(hex_encode(sent.view()), "810178");
    sent.clear();
    sender.message(sent, MessageType::Text, std::string(500, 'x'));
    EXPECT_EQ(sent.view().substr(0, 1), "\xc1");
    sent.clear();
    sender.message(sent, MessageType::Text, std::string(500, 'x'), Compress::Never);
    EXPECT_EQ(sent.size(), 504u);
}

TEST(CodecPool, ServesManyConnectionsWithoutContextInTurns) {
    Terms setup = compressed();
    setup.deflate->client_no_context_takeover = true;
    CodecPool pool;
    std::vector<std::unique_ptr<Protocol>> protocols;
    for (int i = 0; i < 20; ++i) {
        protocols.push_back(
            std::make_unique<Protocol>(Role::Server, setup.options, setup.deflate, &pool));
    }
    const std::string text = noise(5000, 3);
    Deflater deflater(15, 6);
    const std::string frame = compressed_frame(compress(deflater, text));
    // All of them are in the middle of a message at the same time.
    std::vector<std::string> received(protocols.size());
    for (std::size_t at = 0; at < frame.size(); at += 500) {
        for (std::size_t i = 0; i < protocols.size(); ++i) {
            std::string input = frame.substr(at, 500);
            Buffer output;
            std::span<char> rest(input);
            for (;;) {
                const Step step = protocols[i]->receive(rest, output);
                if (step.event == Event::None) break;
                received[i] += step.data;
                rest = rest.subspan(step.consumed);
            }
        }
    }
    for (const std::string& one : received) EXPECT_EQ(one, text);
}

}  // namespace
}  // namespace indrik::websocket
