// Peers that move a few bytes now and then: the timeouts of bodies and responses are not renewed by them.

#include <string>

#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::MemoryClient;
using test::parse_responses;
using test::summary;

class DataRateTest : public testing::Test {
protected:
    static constexpr std::string_view kLongUpload =
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";

    static ServerOptions without_rates() {
        ServerOptions options;
        options.minimum_body_rate = options.minimum_write_rate = 0;
        return options;
    }

    /// Seconds until the connection ends, `bytes` moving in each second; 0: it has not ended after two minutes.
    static int seconds_of_upload(test::ServerRun& server, std::size_t bytes) {
        MemoryClient client = server.connect();
        client.send(kLongUpload);
        for (int second = 1; second <= 120; ++second) {
            client.send(std::string(bytes, 'x'));
            server.pass(1s);
            if (!client.is_ended()) continue;
            EXPECT_EQ(parse_responses(client.received()).at(0).status, 408);
            return second;
        }
        return 0;
    }
    static int seconds_of_download(test::ServerRun& server, std::size_t bytes) {
        MemoryClient client = server.connect();
        client.take_only(0);
        client.send(get_request("/size/1000000"));
        for (int second = 1; second <= 120; ++second) {
            client.take_only(bytes);
            server.pass(1s);
            if (client.is_ended()) return second;
        }
        return 0;
    }

    TestState state;
    test::ServerRun run{make_test_app(state)};
};

TEST_F(DataRateTest, BodyThatTricklesUsesUpTheTimeout) {
    const int seconds = seconds_of_upload(run, 1);
    EXPECT_GE(seconds, 29);
    EXPECT_LE(seconds, 32);
}

TEST_F(DataRateTest, BodyAtHalfTheRateLastsTwiceAsLong) {
    const int seconds = seconds_of_upload(run, 120);
    EXPECT_GE(seconds, 57);
    EXPECT_LE(seconds, 64);
}

TEST_F(DataRateTest, BodyAboveTheRateIsTakenHoweverLongItTakes) {
    EXPECT_EQ(seconds_of_upload(run, 250), 0);
}

TEST_F(DataRateTest, PeerThatHasStalledEarnsItsTimeBack) {
    MemoryClient client = run.connect();
    client.send(kLongUpload);
    for (int i = 0; i < 5; ++i) {
        run.pass(25s);
        EXPECT_FALSE(client.is_ended()) << i;
        client.send(std::string(25 * 240, 'x'));
    }
    client.send(std::string(100000 - 5 * 25 * 240, 'x'));
    run.settle();
    EXPECT_EQ(parse_responses(client.received()).at(0).status, 200);
}

TEST_F(DataRateTest, EachRequestHasItsOwnTime) {
    MemoryClient client = run.connect();
    for (int i = 0; i < 3; ++i) {
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n");
        run.pass(25s);
        client.send("x");
        run.settle();
        EXPECT_EQ(summary(client.take_received()), "200 x");
    }
}

TEST_F(DataRateTest, TimeOfTheHandlerIsNotThePeers) {
    MemoryClient client = run.connect();
    client.send("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
    run.pass(200s);
    EXPECT_FALSE(client.is_ended());
    state.gate.set();
    run.settle();
    client.send("0123456789");
    run.settle();
    EXPECT_EQ(parse_responses(client.received()).at(0).status, 200);
}

TEST_F(DataRateTest, SlowReaderUsesUpTheTimeout) {
    const int seconds = seconds_of_download(run, 10);
    EXPECT_GE(seconds, 29);
    EXPECT_LE(seconds, 33);
}

TEST_F(DataRateTest, ReaderAboveTheRateIsServedHoweverLongItTakes) {
    EXPECT_EQ(seconds_of_download(run, 250), 0);
}

TEST_F(DataRateTest, WithoutARateEachByteRenewsTheTimeout) {
    test::ServerRun patient(make_test_app(state), without_rates());
    EXPECT_EQ(seconds_of_upload(patient, 1), 0);
    EXPECT_EQ(seconds_of_download(patient, 1), 0);
}

}  // namespace
}  // namespace indrik::web
