#include "indrik/websocket/handshake.hpp"

#include <string>

#include <gtest/gtest.h>

#include "indrik/http/parser.hpp"
#include "indrik/websocket/errors.hpp"

namespace indrik::websocket {
namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

struct Asked {
    std::string request_line = "GET /chat HTTP/1.1";
    std::string upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    std::string version = "Sec-WebSocket-Version: 13\r\n";
    std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    std::string more;
};

ServerHandshake answer(const Asked& asked, const HandshakeOptions& options = {}) {
    const std::string text = asked.request_line + "\r\nHost: example.com\r\n" + asked.upgrade +
                             asked.version + asked.key + asked.more + "\r\n";
    http::RequestParser parser;
    http::RequestHead head;
    const auto size = parser.parse(text, head);
    EXPECT_TRUE(size && *size == text.size()) << text;
    return answer_handshake(head, options);
}

std::string field(const http::Headers& fields, http::Field id) {
    return std::string(fields.get(id).value_or("none"));
}

TEST(Handshake, AnswersTheExampleOfTheStandard) {
    EXPECT_EQ(accept_of(kKey), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    const ServerHandshake handshake = answer(Asked());
    ASSERT_FALSE(handshake.refusal);
    const http::Headers fields = handshake.fields();
    EXPECT_EQ(field(fields, http::Field::Upgrade), "websocket");
    EXPECT_EQ(field(fields, http::Field::SecWebSocketAccept), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(field(fields, http::Field::SecWebSocketProtocol), "none");
    EXPECT_EQ(field(fields, http::Field::SecWebSocketExtensions), "none");
}

struct Refused {
    const char* name;
    Asked asked;
    http::Status status;
    const char* reason;  // a part of it
};

class Refusals : public testing::TestWithParam<Refused> {};

TEST_P(Refusals, SayWhatIsWrong) {
    const ServerHandshake handshake = answer(GetParam().asked);
    ASSERT_TRUE(handshake.refusal);
    EXPECT_EQ(handshake.refusal->status, GetParam().status);
    EXPECT_NE(handshake.refusal->reason.find(GetParam().reason), std::string::npos)
        << handshake.refusal->reason;
    const bool is_426 = GetParam().status == http::Status::UpgradeRequired;
    const http::Headers fields = handshake.refusal->fields();
    EXPECT_EQ(field(fields, http::Field::SecWebSocketVersion), is_426 ? "13" : "none");
    EXPECT_EQ(field(fields, http::Field::Upgrade), is_426 ? "websocket" : "none");
}

Asked with(std::string Asked::*part, std::string text) {
    Asked asked;
    asked.*part = std::move(text);
    return asked;
}

constexpr auto k400 = http::Status::BadRequest;
constexpr auto k426 = http::Status::UpgradeRequired;

INSTANTIATE_TEST_SUITE_P(
    Handshake,
    Refusals,
    testing::Values(
        Refused{"no_upgrade", with(&Asked::upgrade, ""), k426, "Upgrade: websocket"},
        Refused{"other_upgrade",
                with(&Asked::upgrade, "Upgrade: h2c\r\nConnection: upgrade\r\n"),
                k426,
                "Upgrade: websocket"},
        Refused{"no_connection",
                with(&Asked::upgrade, "Upgrade: websocket\r\n"),
                k426,
                "Connection: Upgrade"},
        Refused{"no_version", with(&Asked::version, ""), k426, "Version must be 13"},
        Refused{"old_version",
                with(&Asked::version, "Sec-WebSocket-Version: 8\r\n"),
                k426,
                "Version must be 13"},
        Refused{"no_key", with(&Asked::key, ""), k400, "no Sec-WebSocket-Key"},
        Refused{
            "short_key", with(&Asked::key, "Sec-WebSocket-Key: c2hvcnQ=\r\n"), k400, "16 bytes"},
        Refused{"bad_key", with(&Asked::key, "Sec-WebSocket-Key: ***\r\n"), k400, "16 bytes"},
        Refused{"two_keys",
                with(&Asked::more, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
                k400,
                "more than one"},
        Refused{"post", with(&Asked::request_line, "POST /chat HTTP/1.1"), k400, "GET"},
        Refused{"http10", with(&Asked::request_line, "GET /chat HTTP/1.0"), k400, "HTTP/1.1"},
        Refused{"bad_protocol",
                with(&Asked::more, "Sec-WebSocket-Protocol: a b\r\n"),
                k400,
                "Sec-WebSocket-Protocol"},
        Refused{"bad_extensions",
                with(&Asked::more, "Sec-WebSocket-Extensions: a;\r\n"),
                k400,
                "Sec-WebSocket-Extensions"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Handshake, FindsItsWordsInLists) {
    EXPECT_FALSE(answer(with(&Asked::upgrade,
                             "Upgrade: foo, WebSocket\r\nConnection: keep-alive, UPGRADE\r\n"))
                     .refusal);
}

TEST(Handshake, TakesTheClientsFirstProtocolThatItSpeaks) {
    HandshakeOptions options;
    options.protocols = {"soap", "chat", "superchat"};
    const auto chosen = [&](const char* more) {
        return answer(with(&Asked::more, more), options).agreement.protocol;
    };
    EXPECT_EQ(chosen("Sec-WebSocket-Protocol: superchat, chat\r\n"), "superchat");
    EXPECT_EQ(chosen("Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: soap\r\n"), "soap");
    EXPECT_EQ(chosen("Sec-WebSocket-Protocol: Chat\r\n"), "") << "case counts";
    EXPECT_EQ(chosen(""), "");
}

TEST(Handshake, AgreesOnCompressionIfBothWantIt) {
    const Asked asked = with(&Asked::more,
                             "Sec-WebSocket-Extensions: x\r\n"
                             "Sec-WebSocket-Extensions: permessage-deflate; "
                             "server_max_window_bits=8\r\n");
    EXPECT_FALSE(answer(asked).agreement.deflate);
    HandshakeOptions options;
    options.deflate = DeflateOptions();
    const ServerHandshake handshake = answer(asked, options);
    ASSERT_TRUE(handshake.agreement.deflate);
    EXPECT_EQ(handshake.agreement.deflate->server_max_window_bits, 8);
    EXPECT_EQ(handshake.extensions, "permessage-deflate; server_max_window_bits=8");
}

TEST(Origin, IsComparedByItsParts) {
    EXPECT_TRUE(is_same_origin("", "http", "example.com"));
    EXPECT_TRUE(is_same_origin("http://example.com", "http", "example.com"));
    EXPECT_TRUE(is_same_origin("http://EXAMPLE.com:80", "http", "example.com"));
    EXPECT_TRUE(is_same_origin("https://example.com", "https", "example.com:443"));
    EXPECT_TRUE(is_same_origin("http://[::1]:8000", "http", "[::1]:8000"));
    EXPECT_FALSE(is_same_origin("https://example.com", "http", "example.com"));
    EXPECT_FALSE(is_same_origin("http://example.com:8000", "http", "example.com"));
    EXPECT_FALSE(is_same_origin("http://evil.com", "http", "example.com"));
    EXPECT_FALSE(is_same_origin("http://example.com.evil.com", "http", "example.com"));
    EXPECT_FALSE(is_same_origin("null", "http", "example.com"));
    EXPECT_FALSE(is_same_origin("http://example.com/path", "http", "example.com"));
}

http::Headers response_to(const ClientHandshake& handshake) {
    http::Headers fields;
    fields.append(http::Field::Upgrade, "WebSocket");
    fields.append(http::Field::Connection, "Upgrade");
    fields.append(http::Field::SecWebSocketAccept, accept_of(handshake.key()));
    return fields;
}

TEST(ClientHandshake, IsUnderstoodByTheServer) {
    HandshakeOptions options;
    options.protocols = {"a", "b"};
    options.deflate = DeflateOptions();
    const ClientHandshake client(options);
    http::RequestHead request;
    request.headers = client.fields();
    request.upgrade = true;
    HandshakeOptions of_server;
    of_server.protocols = {"b"};
    of_server.deflate = DeflateOptions();
    const ServerHandshake server = answer_handshake(request, of_server);
    ASSERT_FALSE(server.refusal) << server.refusal->reason;
    http::Headers response = server.fields();
    response.append(http::Field::Connection, "upgrade");
    const auto agreement = client.check(http::Status::SwitchingProtocols, response);
    ASSERT_TRUE(agreement) << agreement.error().message();
    EXPECT_EQ(agreement->protocol, "b");
    EXPECT_EQ(agreement->deflate, server.agreement.deflate);
    EXPECT_NE(ClientHandshake(options).key(), client.key());
}

TEST(ClientHandshake, RefusesWhatItDidNotAskFor) {
    const ClientHandshake plain{HandshakeOptions()};
    const auto checked = [&](const http::Headers& response) {
        return plain.check(http::Status::SwitchingProtocols, response).error();
    };
    EXPECT_FALSE(checked(response_to(plain)));
    EXPECT_EQ(plain.check(http::Status::Ok, response_to(plain)).error(), Error::NotSwitched);
    http::Headers response = response_to(plain);
    response.set(http::Field::SecWebSocketAccept, accept_of("another"));
    EXPECT_EQ(checked(response), Error::BadAccept);
    response = response_to(plain);
    response.erase(http::Field::Upgrade);
    EXPECT_EQ(checked(response), Error::NotSwitched);
    response = response_to(plain);
    response.append(http::Field::SecWebSocketProtocol, "x");
    EXPECT_EQ(checked(response), Error::UnofferedProtocol);
    response = response_to(plain);
    response.append(http::Field::SecWebSocketExtensions, "permessage-deflate");
    EXPECT_EQ(checked(response), Error::UnofferedExtension);
    response = response_to(plain);
    response.append(http::Field::SecWebSocketExtensions, "a;");
    EXPECT_EQ(checked(response), Error::MalformedExtensions);
}

}  // namespace
}  // namespace indrik::websocket
