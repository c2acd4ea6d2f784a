// Bodies read piece by piece, from a source of pieces and through a whole server.

#include "indrik/web/stream_reader.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string>

#include "indrik/core/sync.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

/// Delivers the given pieces; each is gone when the next is asked for, as on a connection.
class Pieces final : public net::ByteSource {
public:
    explicit Pieces(std::deque<std::string> pieces) : left_(std::move(pieces)) {}

    Task<std::string_view> read_some() override {
        present_.assign(present_.size(), '?');
        if (left_.empty()) co_return std::string_view();
        present_ = std::move(left_.front());
        left_.pop_front();
        co_return present_;
    }
    bool at_end() const override { return left_.empty(); }

private:
    std::deque<std::string> left_;
    std::string present_;
};

/// The text cut into pieces of `size` bytes.
std::deque<std::string> cut(std::string_view text, std::size_t size) {
    std::deque<std::string> pieces;
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
        pieces.emplace_back(text.substr(0, size));
    }
    return pieces;
}

CO_TEST(StreamReader, ReadsLinesWhateverThePieces) {
    for (std::size_t size = 1; size < 20; ++size) {
        Pieces pieces(cut("first\nsecond\n\nlast", size));
        StreamReader reader(pieces);
        for (const char* expected : {"first\n", "second\n", "\n", "last", "", ""}) {
            const std::string line = co_await reader.read_line();
            EXPECT_EQ(line, expected) << "pieces of " << size;
        }
        EXPECT_TRUE(reader.at_end());
    }
}

CO_TEST(StreamReader, FindsASeparatorThatPiecesCut) {
    for (std::size_t size = 1; size < 12; ++size) {
        Pieces pieces(cut("ab--x--=-=--end", size));
        StreamReader reader(pieces);
        const std::string head = co_await reader.read_until("--=-=--");
        const std::string tail = co_await reader.read_until("--=-=--");
        EXPECT_EQ(head, "ab--x--=-=--") << "pieces of " << size;
        EXPECT_EQ(tail, "end");
    }
}

CO_TEST(StreamReader, RefusesALineWithoutEnd) {
    Pieces pieces(cut(std::string(1000, 'x'), 64));
    StreamReader reader(pieces);
    bool refused = false;
    try {
        co_await reader.read_line(100);
    } catch (const std::length_error&) {
        refused = true;
    }
    EXPECT_TRUE(refused);
}

CO_TEST(StreamReader, ReadsExactlyOrSaysWhatIsMissing) {
    for (std::size_t size = 1; size < 8; ++size) {
        Pieces pieces(cut("abcdefgh", size));
        StreamReader reader(pieces);
        const std::string three = co_await reader.read_exactly(3);
        const std::string four = co_await reader.read_exactly(4);
        EXPECT_EQ(three + "|" + four, "abc|defg");
        std::string message;
        try {
            co_await reader.read_exactly(4);
        } catch (const std::length_error& error) {
            message = error.what();
        }
        EXPECT_EQ(message, "the body ends after 1 of 4 bytes");
    }
}

CO_TEST(StreamReader, MixesAllWaysOfReading) {
    Pieces pieces({"one\ntw", "o", "three", "four"});
    StreamReader reader(pieces);
    const std::string line = co_await reader.read_line();
    const std::string some = co_await reader.read(1);
    const std::string rest(co_await reader.read_any());
    const std::string more(co_await reader.read_any());
    const std::string all = co_await reader.read_all(100);
    EXPECT_EQ(line + "|" + some + "|" + rest + "|" + more + "|" + all, "one\n|t|w|o|threefour");
    const std::string nothing = co_await reader.read(10);
    EXPECT_EQ(nothing, "");
}

CO_TEST(StreamReader, ReadAllKeepsToItsLimit) {
    Pieces pieces({"12345", "67890"});
    StreamReader reader(pieces);
    bool refused = false;
    try {
        co_await reader.read_all(9);
    } catch (const std::length_error&) {
        refused = true;
    }
    EXPECT_TRUE(refused);
}

TEST(Content, StreamsMoreThanTheBodyLimit) {
    Application app;
    app.add_routes({post("/", [](Request& request) -> Task<Response> {
        std::size_t size = 0;
        for (auto piece = co_await request.content().read_any(); !piece.empty();
             piece = co_await request.content().read_any()) {
            size += piece.size();
        }
        co_return Response().text(std::to_string(size));
    })});
    test::ServerRun run(std::move(app));
    test::MemoryClient client = run.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n");
    for (int i = 0; i < 5; ++i) {
        client.send(std::string(1'000'000, 'x'));
        run.settle();
    }
    EXPECT_EQ(test::summary(client.received()), "200 5000000");
}

TEST(Content, TakesNothingFromTheSocketThatNobodyReads) {
    Application app;
    Event go_on;
    app.add_routes({post("/", [&go_on](Request& request) -> Task<Response> {
        co_await request.content().read_exactly(10);
        co_await go_on.wait();
        const std::string rest = co_await request.content().read_all(10'000'000);
        co_return Response().text(std::to_string(rest.size()));
    })});
    test::ServerRun run(std::move(app));
    test::MemoryClient client = run.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n" +
                std::string(4'000'000, 'x'));
    run.settle();
    EXPECT_GT(client.unread(), 3'800'000u);
    go_on.set();
    run.settle();
    EXPECT_EQ(test::summary(client.received()), "200 3999990");
}

TEST(Content, ReadReturnsWhatTheStreamHasLeft) {
    Application app;
    app.add_routes({post("/", [](Request& request) -> Task<Response> {
        const std::string line = co_await request.content().read_line();
        const std::string_view rest = co_await request.text();
        co_return Response().text(line + std::string(rest));
    })});
    test::ServerRun run(std::move(app));
    test::MemoryClient client = run.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhead\ntail");
    run.settle();
    EXPECT_EQ(test::summary(client.received()), "200 head\ntail");
}

}  // namespace
}  // namespace indrik::web
