// Stream::try_send_file: by the kernel on sockets, by copying everywhere else.

#include <string>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "indrik/net/memory_stream.hpp"
#include "indrik/net/socket_stream.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/temporary_folder.hpp"

namespace indrik::net {
namespace {

class SendFileTest : public testing::Test {
protected:
    SendFileTest() {
        while (content.size() < 100'000) content += std::to_string(content.size()) + ' ';
        folder.write("file", content);
        file = UniqueFd(::open((folder / "file").c_str(), O_RDONLY | O_CLOEXEC));
    }
    /// Sends from `offset` to the end of the file, and says how it ended.
    IOStatus send_rest(Stream& stream) {
        for (;;) {
            const std::uint64_t before = offset;
            const IOResult result = stream.try_send_file(file.get(), offset, 1'000'000);
            EXPECT_EQ(offset - before, result.bytes);
            if (result.status != IOStatus::Done) return result.status;
        }
    }

    test::TemporaryFolder folder;
    std::string content;
    UniqueFd file;
    std::uint64_t offset = 0;
};

TEST_F(SendFileTest, CopiesToStreamsThatAreNoSockets) {
    MemoryStream stream;
    offset = 10;
    EXPECT_EQ(send_rest(stream), IOStatus::End);
    EXPECT_TRUE(stream.output() == content.substr(10));
}

TEST_F(SendFileTest, GoesOnWhereThePeerStalled) {
    MemoryStream stream;
    stream.allow_output(20'001);
    EXPECT_EQ(send_rest(stream), IOStatus::WouldBlock);
    EXPECT_EQ(offset, 20'001u);
    stream.allow_output(1'000'000);
    EXPECT_EQ(send_rest(stream), IOStatus::End);
    EXPECT_TRUE(stream.output() == content);
}

TEST_F(SendFileTest, SendsNoMoreThanItIsAsked) {
    MemoryStream stream;
    EXPECT_EQ(stream.try_send_file(file.get(), offset, 5).bytes, 5u);
    EXPECT_EQ(stream.output(), content.substr(0, 5));
}

TEST_F(SendFileTest, FailsWithItsStream) {
    MemoryStream stream;
    stream.fail();
    EXPECT_EQ(send_rest(stream), IOStatus::Failed);
    EXPECT_EQ(stream.try_send_file(-1, offset, 5).status, IOStatus::End);  // it cannot be read
}

TEST_F(SendFileTest, SocketsSendTheSame) {
    for (const auto make_pair : {&test::tcp_pair, &test::unix_pair}) {
        test::TestLoop loop;
        test::SocketPair sockets = make_pair();
        SocketStream stream(loop.executor(), std::move(sockets.server));
        std::string received;
        std::string space(65536, '\0');
        offset = 7;
        while (received.size() < content.size() - 7) {
            const IOResult result = stream.try_send_file(file.get(), offset, 30'000);
            ASSERT_NE(result.status, IOStatus::Failed);
            ssize_t size;
            while ((size = ::recv(sockets.client.get(), space.data(), space.size(), MSG_DONTWAIT)) >
                   0)
                received.append(space, 0, static_cast<std::size_t>(size));
        }
        EXPECT_TRUE(received == content.substr(7));
        EXPECT_EQ(stream.try_send_file(file.get(), offset, 1).status, IOStatus::End);
    }
}

TEST_F(SendFileTest, FollowsWhatWasStarted) {
    for (const auto make_pair : {&test::tcp_pair, &test::unix_pair}) {
        test::TestLoop loop;
        test::SocketPair sockets = make_pair();
        SocketStream stream(loop.executor(), std::move(sockets.server));
        EXPECT_TRUE(stream.sends_files_directly());
        offset = 0;
        EXPECT_EQ(stream.try_write_start("head ").bytes, 5u);
        EXPECT_EQ(stream.try_send_file(file.get(), offset, 1000).bytes, 1000u);
        std::string received;
        std::string space(2000, '\0');
        while (received.size() < 1005) {
            const ssize_t size = ::recv(sockets.client.get(), space.data(), space.size(), 0);
            ASSERT_GT(size, 0);
            received.append(space, 0, static_cast<std::size_t>(size));
        }
        EXPECT_EQ(received, "head " + content.substr(0, 1000));
    }
    MemoryStream copying;
    EXPECT_FALSE(copying.sends_files_directly());
    EXPECT_EQ(copying.try_write_start("head ").bytes, 5u);
    EXPECT_EQ(copying.output(), "head ");
}

TEST_F(SendFileTest, SocketsAreCorkedAndUncorked) {
    test::TestLoop loop;
    test::SocketPair sockets = test::tcp_pair();
    const int socket = sockets.server.get();
    SocketStream stream(loop.executor(), std::move(sockets.server));
    for (const bool corked : {true, false}) {
        stream.set_corked(corked);
        int state = -1;
        socklen_t size = sizeof state;
        ASSERT_EQ(::getsockopt(socket, IPPROTO_TCP, TCP_CORK, &state, &size), 0);
        EXPECT_EQ(state, corked ? 1 : 0);
    }
}

/// The signal that sendfile(2) sends then would end the process.
TEST_F(SendFileTest, APeerThatHasGoneIsAFailure) {
    for (const auto make_pair : {&test::tcp_pair, &test::unix_pair}) {
        test::TestLoop loop;
        test::SocketPair sockets = make_pair();
        SocketStream stream(loop.executor(), std::move(sockets.server));
        sockets.client.reset();
        IOResult result{};
        for (int i = 0; i < 1000 && result.status != IOStatus::Failed; ++i) {
            offset = 0;
            result = stream.try_send_file(file.get(), offset, content.size());
        }
        EXPECT_EQ(result.status, IOStatus::Failed);
        EXPECT_TRUE(stream.last_error());
    }
}

}  // namespace
}  // namespace indrik::net
