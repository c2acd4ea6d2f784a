#include "indrik/websocket/protocol.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/websocket/wire.hpp"

namespace indrik::websocket {
namespace {

using tests::text_frame;

/// Carries what one end sends to the other; the messages that came out there.
std::string deliver(Buffer& from, Protocol& to, Buffer& answers) {
    std::string messages;
    std::span<char> rest(from.data(), from.size());
    for (;;) {
        const Step step = to.receive(rest, answers);
        rest = rest.subspan(step.consumed);
        if (step.event == Event::None) break;
        if (step.event == Event::Data)
            messages += std::string(step.data) + (step.ends_message ? "|" : "");
    }
    from.clear();
    return messages;
}

TEST(Protocol, TwoEndsUnderstandEachOther) {
    for (const bool is_compressed : {false, true}) {
        std::optional<DeflateAgreement> deflate;
        if (is_compressed) deflate = DeflateAgreement{false, true, 10, 12};
        ProtocolOptions options;
        options.deflate.min_message_bytes = 0;
        CodecPool pool;
        Protocol server(Role::Server, options, deflate, &pool);
        Protocol client(Role::Client, options, deflate, &pool);
        Buffer to_server;
        Buffer to_client;
        client.sender().message(to_server, MessageType::Text, "hello hello hello");
        client.ping(to_server, "are you there");
        EXPECT_EQ(deliver(to_server, server, to_client), "hello hello hello|");
        server.sender().message(to_client, MessageType::Binary, std::string(100, 'z'));
        EXPECT_EQ(deliver(to_client, client, to_server), std::string(100, 'z') + "|");
        server.close(to_client, 1001, "going");
        EXPECT_EQ(deliver(to_client, client, to_server), "");
        EXPECT_EQ(deliver(to_server, server, to_client), "");
        EXPECT_TRUE(server.is_finished());
        EXPECT_TRUE(client.is_finished());
        EXPECT_EQ(server.close_code(), 1001);
        EXPECT_EQ(client.close_reason(), "going");
    }
}

TEST(Protocol, ChangingTheLimitHoldsFromTheNextFrameOn) {
    ProtocolOptions options;
    options.max_message_bytes = 3;
    Protocol protocol(Role::Server, options, std::nullopt, nullptr);
    Buffer output;
    protocol.set_message_limit(0);
    std::string input = text_frame("more than three");
    EXPECT_EQ(protocol.receive(input, output).event, Event::Data);
    protocol.set_message_limit(3);
    input = text_frame("more than three");
    EXPECT_EQ(protocol.receive(input, output).event, Event::Failed);
    EXPECT_EQ(protocol.failure(), make_error_code(Error::MessageTooBig));
}

TEST(Protocol, NothingIsSentAfterAFailure) {
    Protocol protocol(Role::Server, ProtocolOptions(), std::nullopt, nullptr);
    Buffer output;
    std::string input = tests::bytes("ff");
    EXPECT_EQ(protocol.receive(input, output).event, Event::Failed);
    EXPECT_TRUE(protocol.is_finished());
    const std::size_t size = output.size();
    protocol.ping(output);
    protocol.close(output, 1000);
    EXPECT_EQ(output.size(), size);
    input = text_frame("x");
    const Step step = protocol.receive(input, output);
    EXPECT_EQ(step.event, Event::None);
    EXPECT_EQ(step.consumed, input.size());
}

}  // namespace
}  // namespace indrik::websocket
