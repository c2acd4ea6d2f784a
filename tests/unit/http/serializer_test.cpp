#include "indrik/http/serializer.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

constexpr std::time_t kNow = 784111777;
const std::string kServer = "Server: indrik\r\n";
const std::string kDate = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

/// A response as text.
class Written {
public:
    Written() : blocks_("indrik") { blocks_.refresh(kNow); }

    Written& old_client() { return traits_.version = Version::Http10, *this; }
    Written& closing() { return traits_.keep_alive = false, *this; }
    Written& for_head() { return traits_.head_request = true, *this; }
    Written& field(std::string_view name, std::string_view value) {
        return headers_.append(name, value), *this;
    }

    std::string whole(Status status, std::string_view body) {
        Buffer out(1);
        ResponseWriter(out, blocks_).write(traits_, status, headers_, body);
        return std::string(out.view());
    }
    std::string head(Status status, BodyLength length, std::uint64_t size = 0) {
        Buffer out(1);
        ResponseWriter(out, blocks_).write_head(traits_, status, headers_, length, size);
        return std::string(out.view());
    }

private:
    HeadBlocks blocks_;
    ResponseTraits traits_;
    Headers headers_;
};

const std::string kOk = "HTTP/1.1 200 OK\r\n" + kServer + kDate;

TEST(ResponseWriter, WritesAWholeResponse) {
    EXPECT_EQ(Written().field("Content-Type", "text/plain").whole(Status::Ok, "hello"),
              kOk + "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(Written().whole(Status::NotFound, ""),
              "HTTP/1.1 404 Not Found\r\n" + kServer + kDate + "Content-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, AppendsToWhatIsThere) {
    Buffer out;
    HeadBlocks blocks("");
    blocks.refresh(kNow);
    ResponseWriter writer(out, blocks);
    writer.write(ResponseTraits(), Status::Ok, Headers(), "a");
    writer.write(ResponseTraits(), Status::Ok, Headers(), "b");
    const std::string one = "HTTP/1.1 200 OK\r\n" + kDate + "Content-Length: 1\r\n\r\n";
    EXPECT_EQ(out.view(), one + "a" + one + "b");
}

TEST(ResponseWriter, SaysWhatBecomesOfTheConnection) {
    const std::string length = "Content-Length: 1\r\n";
    EXPECT_EQ(Written().closing().whole(Status::Ok, "a"),
              kOk + length + "Connection: close\r\n\r\na");
    EXPECT_EQ(Written().old_client().whole(Status::Ok, "a"),
              kOk + length + "Connection: keep-alive\r\n\r\na");
    EXPECT_EQ(Written().old_client().closing().whole(Status::Ok, "a"),
              kOk + length + "Connection: close\r\n\r\na");
}

TEST(ResponseWriter, AnswersHeadWithoutBody) {
    EXPECT_EQ(Written().for_head().whole(Status::Ok, "hello"), kOk + "Content-Length: 5\r\n\r\n");
    EXPECT_EQ(Written().for_head().field("Content-Length", "7").whole(Status::Ok, ""),
              kOk.substr(0, kOk.size()) + "Content-Length: 7\r\n\r\n");
    EXPECT_EQ(Written().for_head().field("Content-Length", "x").whole(Status::Ok, ""),
              kOk + "Content-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, GivesNoBodyToStatusesWithoutOne) {
    EXPECT_EQ(Written().whole(Status::NoContent, "hello"),
              "HTTP/1.1 204 No Content\r\n" + kServer + kDate + "\r\n");
    EXPECT_EQ(Written().whole(Status::NotModified, ""),
              "HTTP/1.1 304 Not Modified\r\n" + kServer + kDate + "\r\n");
    EXPECT_EQ(Written().whole(Status::EarlyHints, "hello"),
              "HTTP/1.1 103 Early Hints\r\n" + kServer + kDate + "\r\n");
    EXPECT_EQ(Written().head(Status::NoContent, BodyLength::Chunked),
              "HTTP/1.1 204 No Content\r\n" + kServer + kDate + "\r\n");
}

TEST(ResponseWriter, ReplacesHopByHopFieldsOfTheApplication) {
    Written written;
    for (const char* name : {"Connection",
                             "Keep-Alive",
                             "Proxy-Connection",
                             "TE",
                             "Trailer",
                             "Transfer-Encoding",
                             "Upgrade",
                             "Content-Length"}) {
        written.field(name, "1");
    }
    EXPECT_EQ(written.field("X-A", "b").whole(Status::Ok, "hello"),
              kOk + "X-A: b\r\nContent-Length: 5\r\n\r\nhello");
}

TEST(ResponseWriter, LetsServerAndDateOfTheApplicationWin) {
    EXPECT_EQ(Written().field("server", "mine").whole(Status::Ok, ""),
              "HTTP/1.1 200 OK\r\n" + kDate + "server: mine\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(Written().field("Date", "now").whole(Status::Ok, ""),
              "HTTP/1.1 200 OK\r\n" + kServer + "Date: now\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, KeepsUpgradeWhereItBelongs) {
    EXPECT_EQ(Written().field("Upgrade", "websocket").whole(Status::SwitchingProtocols, ""),
              "HTTP/1.1 101 Switching Protocols\r\n" + kServer + kDate +
                  "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n");
    EXPECT_EQ(Written().closing().field("Upgrade", "h2c").whole(Status::UpgradeRequired, ""),
              "HTTP/1.1 426 Upgrade Required\r\n" + kServer + kDate +
                  "Content-Length: 0\r\nUpgrade: h2c\r\nConnection: upgrade, close\r\n\r\n");
}

TEST(ResponseWriter, WritesHeadsAlone) {
    EXPECT_EQ(Written().head(Status::Ok, BodyLength::Known, 18446744073709551615U),
              kOk + "Content-Length: 18446744073709551615\r\n\r\n");
    EXPECT_EQ(Written().head(Status::Ok, BodyLength::Chunked),
              kOk + "Transfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(Written().field("Trailer", "X-End").head(Status::Ok, BodyLength::Chunked),
              kOk + "Transfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n");
    EXPECT_EQ(Written().field("Trailer", "X-End").head(Status::Ok, BodyLength::Known, 5),
              kOk + "Content-Length: 5\r\n\r\n");
    EXPECT_EQ(Written().old_client().head(Status::Ok, BodyLength::UntilClose),
              kOk + "Connection: close\r\n\r\n");
    EXPECT_EQ(Written().for_head().head(Status::Ok, BodyLength::Known, 5),
              kOk + "Content-Length: 5\r\n\r\n");
}

TEST(ResponseWriter, WritesStatusesOutsideTheRegister) {
    EXPECT_EQ(Written().whole(static_cast<Status>(299), ""),
              "HTTP/1.1 299 \r\n" + kServer + kDate + "Content-Length: 0\r\n\r\n");
    EXPECT_THROW(Written().whole(static_cast<Status>(99), ""), std::invalid_argument);
    EXPECT_THROW(Written().whole(static_cast<Status>(600), ""), std::invalid_argument);
}

TEST(ResponseWriter, HasRoomForEverythingAtOnce) {
    // The exact size of the buffer is left to the writer's estimate, which the sanitizers then
    // check.
    Written written;
    written.closing().field("Server", "s").field("Upgrade", std::string(1000, 'u'));
    for (int i = 0; i < 100; ++i) written.field("X-A", std::string(100, 'v'));
    const std::string text = written.whole(Status::UpgradeRequired, std::string(5000, 'b'));
    EXPECT_GT(text.size(), 5000U + 100U * 107U + 1000U);
    written.whole(Status::NetworkAuthenticationRequired, "");
}

TEST(HeadBlocks, FollowTheClock) {
    HeadBlocks blocks("indrik");
    blocks.refresh(kNow);
    EXPECT_EQ(blocks.block(Status::Ok), kOk);
    EXPECT_EQ(blocks.date(), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(blocks.server(), "indrik");
    blocks.refresh(kNow + 1);
    EXPECT_EQ(blocks.block(Status::Ok),
              "HTTP/1.1 200 OK\r\n" + kServer + "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
    EXPECT_EQ(blocks.block(Status::Created),
              "HTTP/1.1 201 Created\r\n" + kServer + "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
}

TEST(HeadBlocks, RefuseAServerThatWouldSplitResponses) {
    EXPECT_THROW(HeadBlocks("a\r\nX: b"), std::invalid_argument);
    EXPECT_EQ(HeadBlocks("").block(Status::Ok).find("Server"), std::string_view::npos);
}

}  // namespace
}  // namespace indrik::http::tests
