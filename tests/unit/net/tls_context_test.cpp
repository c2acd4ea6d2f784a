#include "indrik/net/tls_context.hpp"

#include <fstream>
#include <functional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/net/tls_error.hpp"
#include "tests/support/certificates.hpp"

namespace indrik::net {
namespace {

using test::Subject;
using testing::HasSubstr;
using testing::StartsWith;

class TLSContextTest : public testing::Test {
protected:
    std::string write(const std::string& name, const std::string& text) {
        const std::string path = authority_.directory().file(name);
        std::ofstream(path) << text;
        return path;
    }
    static std::string read(const std::string& path) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }
    static TLSServerOptions options_with(const CertificateFiles& files) {
        TLSServerOptions options;
        options.certificates = {files};
        return options;
    }
    /// The line that an administrator would see.
    static std::string failure_of(const TLSServerOptions& options) {
        try {
            TLSContext::make_server(options);
        } catch (const std::system_error& error) {
            EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
            return error.what();
        }
        return "no failure";
    }
    static std::string failure_of(const CertificateFiles& files) {
        return failure_of(options_with(files));
    }

    test::Authority authority_{"Test CA"};
};

TEST_F(TLSContextTest, LoadsACertificateAndItsKey) {
    const auto context =
        TLSContext::make_server(options_with(authority_.issue(Subject("a.test").dns("a.test"))));
    EXPECT_TRUE(context->is_server());
    EXPECT_TRUE(context->warnings().empty());
}

TEST_F(TLSContextTest, TakesTheKeyFromTheCertificatesFileIfNoneIsNamed) {
    const CertificateFiles files = authority_.issue(Subject("a.test"));
    const std::string both =
        write("both.pem", read(files.key) + read(files.certificate) + read(authority_.file()));
    EXPECT_NO_THROW(TLSContext::make_server(options_with({both, "", ""})));
}

TEST_F(TLSContextTest, NamesAMissingFile) {
    CertificateFiles files = authority_.issue(Subject("a.test"));
    files.key = "/nowhere/a.key";
    EXPECT_EQ(failure_of(files), "/nowhere/a.key: No such file or directory");
    files.certificate = "/nowhere/a.pem";
    EXPECT_EQ(failure_of(files), "/nowhere/a.pem: No such file or directory");
}

TEST_F(TLSContextTest, RefusesADirectory) {
    CertificateFiles files = authority_.issue(Subject("a.test"));
    files.certificate = authority_.directory().file("");
    EXPECT_EQ(failure_of(files), files.certificate + ": Is a directory");
}

TEST_F(TLSContextTest, SaysThatAFileHoldsNoCertificateOrNoKey) {
    CertificateFiles files = authority_.issue(Subject("a.test"));
    const std::string text = write("text", "hello\n");
    EXPECT_EQ(failure_of({text, files.key, ""}), text + ": no PEM certificate in this file");
    EXPECT_EQ(failure_of({files.certificate, text, ""}),
              text + ": no PEM private key in this file");
    EXPECT_EQ(failure_of({files.certificate, "", ""}),
              files.certificate + ": no PEM private key in this file");
}

TEST_F(TLSContextTest, RefusesADamagedCertificate) {
    const CertificateFiles files = authority_.issue(Subject("a.test"));
    const std::string whole = read(files.certificate);
    const std::string damaged =
        write("damaged.pem", whole.substr(0, 200) + "***" + whole.substr(203));
    EXPECT_THAT(failure_of({damaged, files.key, ""}), StartsWith(damaged + ": "));
    const std::string half = write("half.pem", whole + whole.substr(0, 300));
    EXPECT_THAT(failure_of({half, files.key, ""}), StartsWith(half + ": "));
}

TEST_F(TLSContextTest, RefusesADamagedKey) {
    const CertificateFiles files = authority_.issue(Subject("a.test"));
    const std::string whole = read(files.key);
    const std::string damaged =
        write("damaged.key", whole.substr(0, 60) + "AAAA" + whole.substr(64));
    EXPECT_THAT(failure_of({files.certificate, damaged, ""}), StartsWith(damaged + ": "));
}

TEST_F(TLSContextTest, RefusesTheKeyOfAnotherCertificate) {
    const CertificateFiles one = authority_.issue(Subject("a.test"));
    const CertificateFiles other = authority_.issue(Subject("b.test"));
    EXPECT_EQ(failure_of({one.certificate, other.key, ""}),
              other.key + " (for " + one.certificate +
                  "): the private key is not that of the certificate");
}

TEST_F(TLSContextTest, OpensAnEncryptedKeyWithItsPassphraseOnly) {
    CertificateFiles files = authority_.issue(Subject("a.test").passphrase("secret"));
    EXPECT_EQ(failure_of(files),
              files.key + ": the private key is encrypted, and no passphrase was given");
    files.passphrase = "guess";
    EXPECT_EQ(failure_of(files), files.key + ": the passphrase does not open the private key");
    files.passphrase = "secret";
    EXPECT_NO_THROW(TLSContext::make_server(options_with(files)));
}

TEST_F(TLSContextTest, WarnsOfACertificateThatIsNotValidNow) {
    const CertificateFiles expired = authority_.issue(Subject("a.test").valid(-7200, -3600));
    const CertificateFiles future = authority_.issue(Subject("b.test").valid(3600, 7200));
    TLSServerOptions options;
    options.certificates = {expired, future};
    const auto context = TLSContext::make_server(options);
    ASSERT_EQ(context->warnings().size(), 2u);
    EXPECT_THAT(context->warnings()[0],
                StartsWith(expired.certificate + ": the certificate expired on "));
    EXPECT_THAT(context->warnings()[1],
                StartsWith(future.certificate + ": the certificate is not valid before "));
}

TEST_F(TLSContextTest, NamesTheFileOfClientAuthorities) {
    TLSServerOptions options = options_with(authority_.issue(Subject("a.test")));
    options.client_certificates = ClientCertificates::Required;
    options.client_ca_file = "/nowhere/ca.pem";
    EXPECT_EQ(failure_of(options), "/nowhere/ca.pem: No such file or directory");
}

TEST_F(TLSContextTest, RefusesUnknownCiphers) {
    TLSServerOptions options = options_with(authority_.issue(Subject("a.test")));
    options.ciphers = "NO-SUCH-CIPHER";
    EXPECT_EQ(failure_of(options), "TLS ciphers 'NO-SUCH-CIPHER': no cipher match");
}

TEST_F(TLSContextTest, NeedsACertificate) {
    EXPECT_THROW(TLSContext::make_server(TLSServerOptions()), std::invalid_argument);
}

TEST_F(TLSContextTest, ClientTrustsTheSystemOrAFile) {
    EXPECT_NO_THROW(TLSContext::make_client(TLSClientOptions()));
    TLSClientOptions options;
    options.ca_file = authority_.file();
    EXPECT_FALSE(TLSContext::make_client(options)->is_server());
    options.ca_file = "/nowhere/ca.pem";
    EXPECT_THROW(TLSContext::make_client(options), std::system_error);
}

TEST(TicketKeys, FindsTheCurrentAndTheTwoPreviousOnes) {
    const TicketKey first = TicketKey::random();
    TicketKeys keys(first);
    EXPECT_EQ(keys.current(), first);
    const TicketKey second = TicketKey::random();
    EXPECT_FALSE(first == second);
    EXPECT_EQ(keys.find(second.name.data()), nullptr);
    keys.rotate(second);
    EXPECT_EQ(keys.current(), second);
    EXPECT_NE(keys.find(first.name.data()), nullptr);
    keys.rotate(TicketKey::random());
    EXPECT_EQ(*keys.find(first.name.data()), first);
    keys.rotate(TicketKey::random());
    EXPECT_EQ(keys.find(first.name.data()), nullptr);
    EXPECT_NE(keys.find(second.name.data()), nullptr);
    EXPECT_EQ(keys.keys().size(), TicketKeys::kMaxKeys);
}

TEST(TLSError, HasWordsForEveryValue) {
    for (int value = 1; value <= static_cast<int>(TLSError::FileTooLarge); ++value) {
        EXPECT_THAT(tls_category().message(value), testing::Not(HasSubstr("unknown")));
    }
    EXPECT_EQ(tls_category().message(99), "unknown TLS error");
    EXPECT_EQ(tls_category().message(1 << 30), "OpenSSL error " + std::to_string(1 << 30));
    EXPECT_EQ(tls::verification_error(X509_V_ERR_CERT_HAS_EXPIRED).message(),
              "certificate verification failed: certificate has expired");
}

}  // namespace
}  // namespace indrik::net
