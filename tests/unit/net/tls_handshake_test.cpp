// What TLSStream and TLSContext negotiate: certificates by name, protocols, client certificates, resumption.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/net/handshake_budget.hpp"
#include "indrik/net/memory_stream.hpp"
#include "tests/unit/net/tls_pair.hpp"

namespace indrik::net {
namespace {

using test::connect_pair;
using test::Subject;
using test::TLSFixture;
using test::TLSPair;
using testing::HasSubstr;

class TLSHandshakeTest : public testing::TestWithParam<TLSVersion> {
protected:
    /// Both ends' outcome, "ok" or why it failed. In TLS 1.3 the client is through before the server has seen its certificate,
    /// so it is asked to read.
    struct Outcome {
        std::string server = "ok";
        std::string client = "ok";
    };
    Outcome connect(const std::string& name = "localhost") {
        Outcome outcome;
        pair_ = TLSPair();
        loop_ = std::make_unique<test::TestLoop>();
        loop_->run(run_connect(this, name, &outcome));
        return outcome;
    }
    static Task<> run_connect(TLSHandshakeTest* self, std::string name, Outcome* outcome) {
        TLSPair& pair = self->pair_;
        co_await connect_pair(pair, self->server_, self->client_, name, self->session_);
        if (!pair.server_result.is_done()) outcome->server = pair.server_result.error.message();
        if (!pair.client_result.is_done()) outcome->client = pair.client_result.error.message();
        if (!pair.client_result.is_done()) co_return;
        if (pair.server_result.is_done()) {
            co_await test::write_bytes(*pair.server, "welcome");
        } else {
            pair.server.reset();
        }
        IOStatus status = IOStatus::Done;
        const std::string text = co_await test::read_bytes(*pair.client, 7, &status);
        if (status == IOStatus::Failed) outcome->client = pair.client->last_error().message();
        if (pair.server_result.is_done()) {
            EXPECT_EQ(text, "welcome");
            self->session_ = pair.client->session();
        }
    }
    void SetUp() override { renew(); }
    /// Makes contexts as the options are now.
    void renew() {
        server_ = fixture_.server_context();
        client_ = fixture_.client_context();
    }

    TLSFixture fixture_{GetParam()};
    std::shared_ptr<TLSContext> server_;
    std::shared_ptr<TLSContext> client_;
    std::unique_ptr<test::TestLoop> loop_;
    TLSPair pair_;        // goes before the loop
    TLSSession session_;  // of the last connection; the next one resumes it if it can
};

INSTANTIATE_TEST_SUITE_P(Versions,
                         TLSHandshakeTest,
                         testing::Values(TLSVersion::V1_2, TLSVersion::V1_3),
                         [](const auto& version) {
                             return version.index == 0 ? "TLS12" : "TLS13";
                         });

TEST_P(TLSHandshakeTest, NegotiatesModernParameters) {
    fixture_.client_options.protocols = {"h2", "http/1.1"};
    renew();
    const Outcome outcome = connect();
    EXPECT_EQ(outcome.server, "ok");
    EXPECT_EQ(outcome.client, "ok");
    EXPECT_EQ(pair_.server->version(), GetParam() == TLSVersion::V1_2 ? "TLSv1.2" : "TLSv1.3");
    EXPECT_THAT(std::string(pair_.server->cipher()), HasSubstr("GCM"));
    EXPECT_EQ(pair_.server->protocol(), "http/1.1");
    EXPECT_EQ(pair_.client->protocol(), "http/1.1");
    EXPECT_EQ(pair_.server->server_name(), "localhost");
    EXPECT_EQ(pair_.server->peer_subject(), "");
    EXPECT_EQ(pair_.client->peer_subject(), "CN=localhost,O=Indrik tests");
    EXPECT_EQ(pair_.server->remote_endpoint(), pair_.client->local_endpoint());
    EXPECT_EQ(pair_.server->tls(), pair_.server.get());
}

TEST_P(TLSHandshakeTest, TakesTheServersChoiceOfProtocols) {
    fixture_.server_options.protocols = {"h2", "http/1.1"};
    fixture_.client_options.protocols = {"http/1.1", "h2"};
    renew();
    connect();
    EXPECT_EQ(pair_.client->protocol(), "h2");
}

TEST_P(TLSHandshakeTest, RefusesAClientWithoutACommonProtocol) {
    fixture_.client_options.protocols = {"imap"};
    renew();
    const Outcome outcome = connect();
    EXPECT_THAT(outcome.server, HasSubstr("no application protocol"));
    EXPECT_THAT(outcome.client, HasSubstr("no application protocol"));
}

TEST_P(TLSHandshakeTest, ServesClientsThatOfferNoProtocol) {
    EXPECT_EQ(connect().server, "ok");
    EXPECT_EQ(pair_.server->protocol(), "");
}

TEST_P(TLSHandshakeTest, ClientRefusesACertificateForAnotherName) {
    EXPECT_EQ(connect("example.org").client, "certificate verification failed: hostname mismatch");
}

TEST_P(TLSHandshakeTest, ClientVerifiesAddresses) {
    EXPECT_EQ(connect("127.0.0.1").client, "ok");
    EXPECT_EQ(pair_.server->server_name(), "");  // an address is no server name
    EXPECT_EQ(connect("127.0.0.2").client, "certificate verification failed: IP address mismatch");
}

TEST_P(TLSHandshakeTest, ClientRefusesAnUnknownAuthority) {
    const test::Authority other("Other CA");
    fixture_.client_options.ca_file = other.file();
    renew();
    const Outcome outcome = connect();
    EXPECT_EQ(outcome.client,
              "certificate verification failed: unable to get local issuer certificate");
    EXPECT_THAT(outcome.server, HasSubstr("unknown ca"));
    fixture_.client_options.verifies_peer = false;
    renew();
    EXPECT_EQ(connect().client, "ok");
}

TEST_P(TLSHandshakeTest, ClientRefusesAnExpiredCertificate) {
    fixture_.server_options.certificates = {
        fixture_.authority.issue(Subject("localhost").dns("localhost").valid(-7200, -3600))};
    renew();
    EXPECT_EQ(connect().client, "certificate verification failed: certificate has expired");
}

TEST(TLSStream, ClientNeedsTheNameOfItsServer) {
    const TLSFixture fixture;
    EXPECT_THROW(TLSStream(fixture.client_context(), std::make_unique<MemoryStream>(), ""),
                 std::invalid_argument);
}

// ---- certificates by name

TEST_P(TLSHandshakeTest, ChoosesTheCertificateByName) {
    test::Authority& authority = fixture_.authority;
    fixture_.server_options.certificates.push_back(
        authority.issue(Subject("one").dns("one.test").dns("uno.test")));
    fixture_.server_options.certificates.push_back(
        authority.issue(Subject("wild").dns("*.one.test").dns("one.test")));
    fixture_.server_options.certificates.push_back(authority.issue(Subject("plain.test")));
    renew();
    const auto chosen_for = [&](const std::string& name) {
        connect(name);
        return pair_.client_result.is_done() ? pair_.client->peer_subject()
                                             : pair_.client_result.error.message();
    };
    EXPECT_EQ(chosen_for("one.test"), "CN=one,O=Indrik tests");
    EXPECT_EQ(chosen_for("UNO.test"), "CN=one,O=Indrik tests");
    EXPECT_EQ(chosen_for("any.one.test"), "CN=wild,O=Indrik tests");
    EXPECT_EQ(chosen_for("plain.test"), "CN=plain.test,O=Indrik tests");
    EXPECT_EQ(chosen_for("localhost"), "CN=localhost,O=Indrik tests");
    // A wildcard stands for one label; who asks for anything else gets the first certificate.
    EXPECT_EQ(chosen_for("a.b.one.test"), "certificate verification failed: hostname mismatch");
    EXPECT_EQ(chosen_for("other.test"), "certificate verification failed: hostname mismatch");
}

// ---- client certificates

class ClientCertificateTest : public TLSHandshakeTest {
protected:
    void SetUp() override {
        fixture_.server_options.client_ca_file = fixture_.authority.file();
        alice_ = fixture_.authority.issue(Subject("alice"));
        mallory_ = stranger_.issue(Subject("mallory"));
    }
    Outcome connect_as(ClientCertificates asked, const CertificateFiles& shown) {
        fixture_.server_options.client_certificates = asked;
        fixture_.client_options.certificate = shown;
        renew();
        return connect();
    }

    test::Authority stranger_{"Stranger CA"};
    CertificateFiles alice_;
    CertificateFiles mallory_;
};

INSTANTIATE_TEST_SUITE_P(Versions,
                         ClientCertificateTest,
                         testing::Values(TLSVersion::V1_2, TLSVersion::V1_3),
                         [](const auto& version) {
                             return version.index == 0 ? "TLS12" : "TLS13";
                         });

TEST_P(ClientCertificateTest, IsAcceptedAndItsSubjectKnown) {
    EXPECT_EQ(connect_as(ClientCertificates::Required, alice_).client, "ok");
    EXPECT_EQ(pair_.server->peer_subject(), "CN=alice,O=Indrik tests");
    EXPECT_EQ(connect_as(ClientCertificates::Optional, alice_).client, "ok");
    EXPECT_EQ(pair_.server->peer_subject(), "CN=alice,O=Indrik tests");
    const std::optional<Certificate> certificate = pair_.server->peer_certificate();
    ASSERT_TRUE(certificate);
    EXPECT_EQ(certificate->issuer(), "CN=Test CA,O=Indrik tests");
    EXPECT_EQ(connect_as(ClientCertificates::None, alice_).client, "ok");
    EXPECT_FALSE(pair_.server->peer_certificate());
}

TEST_P(ClientCertificateTest, IsRefusedIfItsAuthorityIsUnknown) {
    for (const ClientCertificates asked :
         {ClientCertificates::Required, ClientCertificates::Optional}) {
        const Outcome outcome = connect_as(asked, mallory_);
        EXPECT_EQ(outcome.server,
                  "certificate verification failed: unable to get local issuer certificate");
        EXPECT_THAT(outcome.client, HasSubstr("unknown ca"));
    }
}

TEST_P(ClientCertificateTest, IsMissedOnlyIfRequired) {
    const Outcome outcome = connect_as(ClientCertificates::Required, {});
    EXPECT_EQ(outcome.server, "peer did not return a certificate");
    EXPECT_NE(outcome.client, "ok");
    EXPECT_EQ(connect_as(ClientCertificates::Optional, {}).client, "ok");
    EXPECT_EQ(pair_.server->peer_subject(), "");
}

TEST_P(ClientCertificateTest, IsNotAskedForByDefault) {
    EXPECT_EQ(connect_as(ClientCertificates::None, mallory_).client, "ok");
    EXPECT_EQ(pair_.server->peer_subject(), "");
}

TEST_P(ClientCertificateTest, IsRememberedByAResumedSession) {
    connect_as(ClientCertificates::Required, alice_);
    connect();
    EXPECT_TRUE(pair_.server->is_resumed());
    EXPECT_EQ(pair_.server->peer_subject(), "CN=alice,O=Indrik tests");
}

TEST_P(ClientCertificateTest, IsNotEvadedByASessionFromWhereNoneWasAskedFor) {
    connect_as(ClientCertificates::None, {});
    const TicketKeys keys = server_->ticket_keys();
    fixture_.server_options.client_certificates = ClientCertificates::Required;
    server_ = fixture_.server_context();
    server_->set_ticket_keys(keys);
    EXPECT_EQ(connect().server, "peer did not return a certificate");
}

TEST_P(ClientCertificateTest, IsAskedForUnderEveryServerName) {
    fixture_.server_options.certificates.push_back(
        fixture_.authority.issue(Subject("two.test").dns("two.test")));
    fixture_.server_options.client_certificates = ClientCertificates::Required;
    renew();
    EXPECT_EQ(connect("two.test").server, "peer did not return a certificate");
    fixture_.client_options.certificate = alice_;
    renew();
    EXPECT_EQ(connect("two.test").server, "ok");
}

// ---- resumption

TEST_P(TLSHandshakeTest, ResumesASession) {
    connect();
    EXPECT_FALSE(pair_.server->is_resumed());
    EXPECT_EQ(connect().client, "ok");
    EXPECT_TRUE(pair_.server->is_resumed());
    EXPECT_TRUE(pair_.client->is_resumed());
}

TEST_P(TLSHandshakeTest, ClientResumesNoSessionOfAnotherNameOrContext) {
    // Nobody would look at the certificate, which was verified for another name, or not at all.
    connect();
    EXPECT_EQ(connect("127.0.0.1").client, "ok");
    EXPECT_FALSE(pair_.client->is_resumed());
    connect();
    client_ = fixture_.client_context();
    EXPECT_EQ(connect().client, "ok");
    EXPECT_FALSE(pair_.client->is_resumed());
}

TEST_P(TLSHandshakeTest, ResumesASessionOfAnotherWorkerWithTheSameKeys) {
    connect();
    const TicketKeys keys = server_->ticket_keys();
    server_ = fixture_.server_context();
    server_->set_ticket_keys(keys);
    EXPECT_EQ(connect().client, "ok");
    EXPECT_TRUE(pair_.server->is_resumed());
}

TEST_P(TLSHandshakeTest, DoesNotResumeWithOtherKeys) {
    connect();
    server_ = fixture_.server_context();
    EXPECT_EQ(connect().client, "ok");
    EXPECT_FALSE(pair_.server->is_resumed());
}

TEST_P(TLSHandshakeTest, ResumesUnderARotatedKeyUntilThatIsForgotten) {
    connect();
    const TLSSession first = session_;
    TicketKeys keys = server_->ticket_keys();
    for (std::size_t i = 1; i < TicketKeys::kMaxKeys; ++i) {
        keys.rotate(TicketKey::random());
        server_->set_ticket_keys(keys);
        session_ = first;
        connect();
        EXPECT_TRUE(pair_.server->is_resumed()) << "after " << i << " rotations";
    }
    // Under an old key the client was given a new ticket, which outlives that key.
    const TLSSession renewed = session_;
    keys.rotate(TicketKey::random());
    server_->set_ticket_keys(keys);
    session_ = first;
    EXPECT_EQ(connect().client, "ok");
    EXPECT_FALSE(pair_.server->is_resumed());
    session_ = renewed;
    connect();
    EXPECT_TRUE(pair_.server->is_resumed());
}

TEST_P(TLSHandshakeTest, ConnectionsKeepTheContextTheyBeganWith) {
    connect();
    const std::weak_ptr<TLSContext> old = server_;
    server_ = fixture_.server_context();  // a reload
    EXPECT_FALSE(old.expired());
    bool is_alive = false;
    const auto echo = [](TLSPair& pair, bool* is_alive_now) -> Task<> {
        co_await test::write_bytes(*pair.server, "old");
        const std::string text = co_await test::read_bytes(*pair.client, 3);
        *is_alive_now = text == "old";
    };
    loop_->run(echo(pair_, &is_alive));
    EXPECT_TRUE(is_alive);
    pair_.server.reset();
    EXPECT_TRUE(old.expired());
}

}  // namespace
}  // namespace indrik::net
