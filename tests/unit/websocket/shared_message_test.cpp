#include "indrik/websocket/shared_message.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "indrik/websocket/protocol.hpp"
#include "tests/unit/websocket/wire.hpp"

namespace indrik::websocket {
namespace {

using tests::wire;

DeflateAgreement agreement(bool keeps_context, int window_bits) {
    DeflateAgreement deflate;
    deflate.server_no_context_takeover = !keeps_context;
    deflate.server_max_window_bits = window_bits;
    return deflate;
}

/// A server and its client, to whom everything is delivered at once.
class Connection {
public:
    Connection(const std::optional<DeflateAgreement>& deflate, CodecPool& pool)
        : server_(Role::Server, ProtocolOptions(), deflate, &pool),
          client_(Role::Client, ProtocolOptions(), deflate, &pool) {}

    std::string send(const std::string& text) {
        Buffer out;
        server_.sender().message(out, MessageType::Text, text);
        return deliver(std::string(out.view()));
    }
    std::string share(const SharedMessage& message) {
        return deliver(std::string(server_.sender().shared_frame(message)));
    }

private:
    std::string deliver(std::string bytes) {
        std::string text;
        std::span<char> rest(bytes);
        for (;;) {
            const Step step = client_.receive(rest, answers_);
            rest = rest.subspan(step.consumed);
            if (step.event == Event::None) return text;
            if (step.event == Event::Failed) return "failed: " + client_.failure().message();
            text += step.data;
        }
    }

    Protocol server_;
    Protocol client_;
    Buffer answers_;
};

TEST(SharedMessage, IsFramedOnce) {
    for (const std::size_t size : {0, 125, 126, 65535, 65536}) {
        const std::string payload(size, 'p');
        const SharedMessage message(MessageType::Binary, payload);
        EXPECT_EQ(message.frame(), wire({Opcode::Binary, payload, true, false}));
        EXPECT_EQ(message.payload(), payload);
        EXPECT_EQ(message.frame().data(), message.frame().data());
    }
}

TEST(SharedMessage, IsCompressedOnceForEachWindowAndLevel) {
    CodecPool pool;
    const SharedMessage message(MessageType::Text, std::string(5'000, 'c'));
    const std::string_view first = message.compressed_frame(15, 1, pool);
    EXPECT_LT(first.size(), 100u);
    EXPECT_EQ(message.compressed_frame(15, 1, pool).data(), first.data());
    const std::string_view narrow = message.compressed_frame(9, 1, pool);
    EXPECT_EQ(message.compressed_frame(15, 1, pool).data(), first.data()) << "views stay";
    EXPECT_NE(narrow.data(), first.data());
    EXPECT_EQ(message.compressions(), 2u);
}

TEST(SharedMessage, IsSentAsItIsWhereCompressionMakesItLonger) {
    std::minstd_rand random(1);
    std::string noise;
    while (noise.size() < 5'000) noise += static_cast<char>(random() >> 16);
    CodecPool pool;
    const SharedMessage message(MessageType::Binary, noise);
    EXPECT_EQ(message.compressed_frame(15, 1, pool), "");
    Connection connection(agreement(true, 15), pool);
    EXPECT_EQ(connection.share(message), noise);
}

// What a connection compresses itself may refer to what it sent before; what it shares must not come in between.
TEST(SharedMessage, GoesAmongMessagesThatReferToEachOther) {
    for (const bool keeps_context : {false, true}) {
        CodecPool pool;
        Connection one(agreement(keeps_context, 15), pool);
        Connection two(agreement(keeps_context, 10), pool);
        Connection plain(std::nullopt, pool);
        for (int round = 0; round < 5; ++round) {
            std::string text;
            for (int i = 0; i < 200; ++i) text += "row " + std::to_string(i * (round + 1)) + "; ";
            const SharedMessage message(MessageType::Text, text + "shared");
            for (Connection* const connection : {&one, &two, &plain}) {
                EXPECT_EQ(connection->send(text), text);
                EXPECT_EQ(connection->share(message), text + "shared");
                EXPECT_EQ(connection->share(message), text + "shared");
                EXPECT_EQ(connection->send(text + "own"), text + "own");
            }
            EXPECT_EQ(message.compressions(), 2u);
        }
    }
}

}  // namespace
}  // namespace indrik::websocket
