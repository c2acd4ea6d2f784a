#include "indrik/net/certificate.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/net/tls/certificates.hpp"
#include "tests/support/certificates.hpp"

namespace indrik::net {
namespace {

using namespace std::chrono_literals;
using test::Subject;
using testing::ElementsAre;
using testing::MatchesRegex;

class CertificateTest : public testing::Test {
protected:
    Certificate issue(const Subject& subject) {
        auto loaded = tls::load_certificates(authority_.issue(subject).certificate);
        return Certificate(loaded.front().release());
    }

    test::Authority authority_{"Test CA"};
};

TEST_F(CertificateTest, SaysWhoseItIsAndWhoVouchesForIt) {
    const Certificate certificate = issue(Subject("Алиса, editor"));
    EXPECT_EQ(certificate.subject(), "CN=Алиса\\, editor,O=Indrik tests");
    EXPECT_EQ(certificate.issuer(), "CN=Test CA,O=Indrik tests");
    EXPECT_EQ(certificate.serial_number(), "02");
}

TEST_F(CertificateTest, ListsItsOtherNames) {
    const Certificate certificate = issue(Subject("a")
                                              .dns("*.example.org")
                                              .ip("192.0.2.1")
                                              .ip("2001:db8::1")
                                              .name("email:a@example.org")
                                              .name("URI:spiffe://example.org/a")
                                              .name("RID:1.2.3.4"));
    EXPECT_THAT(certificate.alternative_names(),
                ElementsAre("DNS:*.example.org",
                            "IP:192.0.2.1",
                            "IP:2001:db8::1",
                            "email:a@example.org",
                            "URI:spiffe://example.org/a"));
    EXPECT_THAT(issue(Subject("b")).alternative_names(), ElementsAre());
}

TEST_F(CertificateTest, LeavesOutNamesThatNoOneHas) {
    const Certificate certificate = issue(Subject("a").dns("good.test").dns("two words"));
    EXPECT_THAT(certificate.alternative_names(), ElementsAre("DNS:good.test"));
}

TEST_F(CertificateTest, KnowsItsTime) {
    const Certificate certificate = issue(Subject("a").valid(-3600, 7200));
    EXPECT_EQ(certificate.not_after() - certificate.not_before(), 3h);
    EXPECT_LE(certificate.not_before(), std::chrono::system_clock::now() - 59min);
}

TEST_F(CertificateTest, CanBeWrittenAgain) {
    const Certificate certificate = issue(Subject("a"));
    EXPECT_THAT(certificate.pem(), testing::StartsWith("-----BEGIN CERTIFICATE-----\n"));
    EXPECT_THAT(certificate.fingerprint(), MatchesRegex("[0-9a-f]{64}"));
    EXPECT_NE(certificate.fingerprint(), issue(Subject("a")).fingerprint());
    const Certificate copy = certificate;
    EXPECT_EQ(copy.pem(), certificate.pem());
}

}  // namespace
}  // namespace indrik::net
