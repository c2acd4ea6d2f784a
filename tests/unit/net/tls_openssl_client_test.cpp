// TLSStream as a foreign client sees it: `openssl s_client`.

#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "indrik/core/sleep.hpp"
#include "tests/unit/net/tls_pair.hpp"

extern char** environ;

namespace indrik::net {
namespace {

using test::HandshakeResult;
using test::Subject;
using test::TLSFixture;
using testing::HasSubstr;

/// A run of the command. What it prints is read when it has ended; that fits into a pipe.
class OpenSSLClient {
public:
    OpenSSLClient(std::uint16_t port, std::vector<std::string> options) {
        int input[2];
        int output[2];
        if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0)
            test::fail_errno("pipe");
        std::vector<std::string> words{
            "openssl", "s_client", "-connect", "127.0.0.1:" + std::to_string(port)};
        words.insert(words.end(), options.begin(), options.end());
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, input[0], 0);
        ::posix_spawn_file_actions_adddup2(&actions, output[1], 1);
        ::posix_spawn_file_actions_adddup2(&actions, output[1], 2);
        if (::posix_spawnp(&process_, "openssl", &actions, nullptr, arguments.data(), environ) !=
            0) {
            throw std::runtime_error("cannot run openssl");
        }
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(input[0]);
        ::close(output[1]);
        input_.reset(input[1]);
        output_.reset(output[0]);
    }
    ~OpenSSLClient() { finish(); }

    void type(std::string_view text) {
        EXPECT_EQ(::write(input_.get(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }

    /// Everything that it printed.
    std::string finish() {
        if (process_ == 0) return {};
        input_.reset();
        std::string printed;
        char space[4096];
        for (ssize_t size; (size = ::read(output_.get(), space, sizeof space)) > 0;) {
            printed.append(space, static_cast<std::size_t>(size));
        }
        int status = 0;
        ::waitpid(std::exchange(process_, 0), &status, 0);
        return printed;
    }

private:
    pid_t process_ = 0;
    UniqueFd input_;
    UniqueFd output_;
};

class OpenSSLClientTest : public testing::Test {
protected:
    using Body = Task<> (*)(TLSStream&, OpenSSLClient&);

    /// Serves one connection of the command and returns what it printed.
    std::string connect(std::vector<std::string> options, Body body) {
        if (!server_) server_ = fixture_.server_context();
        const UniqueFd listener = test::listen_on_loopback();
        options.insert(options.end(), {"-CAfile", fixture_.authority.file()});
        OpenSSLClient client(test::port_of(listener), std::move(options));
        result_ = HandshakeResult();
        test::TestLoop loop;
        loop.run(serve(this, &listener, &client, body));
        return client.finish();
    }

    static Task<> serve(OpenSSLClientTest* self,
                        const UniqueFd* listener,
                        OpenSSLClient* client,
                        Body body) {
        const LoopExecutor executor = co_await asio::this_coro::executor;
        UniqueFd socket;
        while (!socket) {
            socket.reset(
                ::accept4(listener->get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            co_await sleep_for(std::chrono::milliseconds(1));
        }
        TLSStream stream(self->server_,
                         std::make_unique<SocketStream>(executor, std::move(socket)));
        co_await test::shake_hands(stream, &self->result_);
        if (!self->result_.is_done()) co_return;
        self->is_resumed_ = stream.is_resumed();
        co_await body(stream, *client);
    }

    /// Answers one line.
    static Task<> greet(TLSStream& stream, OpenSSLClient& client) {
        client.type("hello\n");
        const std::string line = co_await test::read_bytes(stream, 6);
        EXPECT_EQ(line, "hello\n");
        co_await test::write_bytes(stream, "pleased to meet " + stream.peer_subject() + "\n");
    }

    TLSFixture fixture_{TLSVersion::V1_3};
    std::shared_ptr<TLSContext> server_;
    HandshakeResult result_;
    bool is_resumed_ = false;

    void SetUp() override { fixture_.server_options.minimum_version = TLSVersion::V1_2; }
};

TEST_F(OpenSSLClientTest, SpeaksTLS13) {
    const std::string printed = connect({"-tls1_3", "-alpn", "h2,http/1.1"}, &greet);
    EXPECT_THAT(printed, HasSubstr("TLSv1.3"));
    EXPECT_THAT(printed, HasSubstr("Verify return code: 0 (ok)"));
    EXPECT_THAT(printed, HasSubstr("ALPN protocol: http/1.1"));
    EXPECT_THAT(printed, HasSubstr("X25519"));
    EXPECT_THAT(printed, HasSubstr("pleased to meet"));
    EXPECT_THAT(printed, HasSubstr("Early data was not sent"));
    EXPECT_THAT(printed, HasSubstr("closed"));
}

TEST_F(OpenSSLClientTest, SpeaksTLS12) {
    const std::string printed = connect({"-tls1_2"}, &greet);
    EXPECT_THAT(printed, HasSubstr("TLSv1.2, Cipher is ECDHE-ECDSA-AES"));
    EXPECT_THAT(printed, HasSubstr("Verify return code: 0 (ok)"));
    EXPECT_THAT(printed, HasSubstr("Secure Renegotiation IS supported"));
    EXPECT_THAT(printed, HasSubstr("Compression: NONE"));
    EXPECT_THAT(printed, HasSubstr("pleased to meet"));
}

TEST_F(OpenSSLClientTest, RefusesOlderVersions) {
    connect({"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}, &greet);
    EXPECT_EQ(result_.error.message(), "unsupported protocol");
}

TEST_F(OpenSSLClientTest, RefusesCiphersWithoutForwardSecrecy) {
    connect({"-tls1_2", "-cipher", "AES128-SHA:AES128-GCM-SHA256"}, &greet);
    EXPECT_EQ(result_.error.message(), "no shared cipher");
}

TEST_F(OpenSSLClientTest, GetsTheCertificateOfTheNameItAsksFor) {
    fixture_.server_options.certificates.push_back(
        fixture_.authority.issue(Subject("wild").dns("*.wild.test")));
    EXPECT_THAT(connect({"-servername", "a.wild.test"}, &greet),
                HasSubstr("subject=O = Indrik tests, CN = wild"));
    EXPECT_THAT(connect({"-noservername"}, &greet),
                HasSubstr("subject=O = Indrik tests, CN = localhost"));
}

// Of one name, with keys of two kinds; a third is for all names beside it.
TEST_F(OpenSSLClientTest, GetsTheCertificateThatItCanCheck) {
    test::Authority& authority = fixture_.authority;
    fixture_.server_options.certificates = {
        authority.issue(Subject("elliptic").dns("a.test")),
        authority.issue(Subject("rsa").dns("a.test").dns("c.test").rsa()),
        authority.issue(Subject("second rsa").dns("a.test").rsa()),
        authority.issue(Subject("own").dns("b.wild.test")),
        authority.issue(Subject("wild").dns("*.wild.test").rsa())};
    const auto shown = [this](const char* version, const char* algorithms, const char* name) {
        std::vector<std::string> options{version, "-sigalgs", algorithms, "-servername", name};
        if (std::string_view(name).empty()) options.back() = "unknown.test";
        const std::string printed = connect(std::move(options), &greet);
        const std::size_t at = printed.find("CN = ", printed.find("subject="));
        return at == std::string::npos ? result_.error.message()
                                       : printed.substr(at + 5, printed.find('\n', at) - at - 5);
    };
    const char* const kElliptic = "ECDSA+SHA256";
    const char* const kRSA = "RSA-PSS+SHA256";
    const char* const kBoth = "ECDSA+SHA256:RSA-PSS+SHA256";
    for (const char* const version : {"-tls1_2", "-tls1_3"}) {
        EXPECT_EQ(shown(version, kElliptic, "a.test"), "elliptic");
        EXPECT_EQ(shown(version, kRSA, "a.test"), "rsa");
        EXPECT_EQ(shown(version, kBoth, "a.test"), "elliptic");
        EXPECT_EQ(shown(version, kBoth, "c.test"), "rsa");
        EXPECT_EQ(shown(version, kBoth, "b.wild.test"), "own");
        EXPECT_EQ(shown(version, kRSA, "b.wild.test"), "wild");
        EXPECT_EQ(shown(version, kRSA, ""), "rsa");
        EXPECT_EQ(shown(version, kElliptic, ""), "elliptic");
    }
}

TEST_F(OpenSSLClientTest, ShowsItsCertificate) {
    fixture_.server_options.client_certificates = ClientCertificates::Required;
    fixture_.server_options.client_ca_file = fixture_.authority.file();
    const CertificateFiles alice = fixture_.authority.issue(Subject("alice"));
    const std::string printed = connect({"-cert", alice.certificate, "-key", alice.key}, &greet);
    EXPECT_THAT(printed, HasSubstr("pleased to meet CN=alice,O=Indrik tests"));
    EXPECT_THAT(printed, HasSubstr("Acceptable client certificate CA names"));
    for (const char* const version : {"-tls1_2", "-tls1_3"}) {
        EXPECT_THAT(connect({version}, &greet), HasSubstr("alert"));
        EXPECT_EQ(result_.error.message(), "peer did not return a certificate");
    }
}

Task<> linger(TLSStream& stream, OpenSSLClient& client) {
    // Until the client has printed (and saved) the session that came with the answer.
    client.type("hello\n");
    co_await test::read_bytes(stream, 6);
    co_await test::write_bytes(stream, "answer\n");
}

TEST_F(OpenSSLClientTest, ResumesItsSessions) {
    const std::string file = fixture_.authority.directory().file("session");
    for (const char* const version : {"-tls1_2", "-tls1_3"}) {
        connect({version, "-sess_out", file}, &linger);
        EXPECT_FALSE(is_resumed_);
        const std::string printed = connect({version, "-sess_in", file}, &linger);
        EXPECT_TRUE(is_resumed_);
        EXPECT_THAT(printed, HasSubstr("Reused, TLS"));
    }
}

TEST_F(OpenSSLClientTest, UpdatesItsKeys) {
    const auto body = [](TLSStream& stream, OpenSSLClient& client) -> Task<> {
        client.type("before\n");
        const std::string before = co_await test::read_bytes(stream, 7);
        EXPECT_EQ(before, "before\n");
        co_await test::write_bytes(stream, "one\n");
        client.type("K\n");
        co_await sleep_for(
            std::chrono::milliseconds(20));  // a line of its own: one read is one command
        client.type("after\n");
        const std::string after = co_await test::read_bytes(stream, 6);
        EXPECT_EQ(after, "after\n");
        co_await test::write_bytes(stream, "two\n");
    };
    const std::string printed = connect({"-tls1_3"}, body);
    EXPECT_THAT(printed, HasSubstr("KEYUPDATE"));
    EXPECT_THAT(printed, HasSubstr("two\n"));
}

TEST_F(OpenSSLClientTest, MayNotRenegotiate) {
    const auto body = [](TLSStream& stream, OpenSSLClient& client) -> Task<> {
        client.type("before\n");
        co_await test::read_bytes(stream, 7);
        client.type("R\n");
        IOStatus status = IOStatus::Done;
        const std::string after = co_await test::read_bytes(stream, 6, &status);
        EXPECT_EQ(after, "");
    };
    const std::string printed = connect({"-tls1_2"}, body);
    EXPECT_THAT(printed, HasSubstr("RENEGOTIATING"));
    EXPECT_THAT(printed, HasSubstr("no renegotiation"));
}

}  // namespace
}  // namespace indrik::net
