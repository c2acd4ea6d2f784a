#include "supervisor/listeners/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

using Kind = Address::Kind;

struct Case {
    const char* text;
    Kind kind;
    const char* host;
    int port;
    const char* formatted;
};

class AddressParse : public testing::TestWithParam<Case> {};

TEST_P(AddressParse, ReadsAndWrites) {
    const Case& expected = GetParam();
    const Address address = Address::parse(expected.text);
    EXPECT_EQ(address.kind(), expected.kind);
    EXPECT_EQ(address.host(), expected.host);
    EXPECT_EQ(address.port(), expected.port);
    EXPECT_EQ(format_address(address), expected.formatted);
    EXPECT_EQ(Address::parse(format_address(address)), address);
}

INSTANTIATE_TEST_SUITE_P(
    AllForms,
    AddressParse,
    testing::Values(Case{"127.0.0.1:8000", Kind::Tcp4, "127.0.0.1", 8000, "127.0.0.1:8000"},
                    Case{"localhost", Kind::Tcp4, "localhost", 8000, "localhost:8000"},
                    Case{":80", Kind::Tcp4, "0.0.0.0", 80, "0.0.0.0:80"},
                    Case{"example.org:0", Kind::Tcp4, "example.org", 0, "example.org:0"},
                    Case{"tcp://10.0.0.1:81", Kind::Tcp4, "10.0.0.1", 81, "10.0.0.1:81"},
                    Case{"[::1]:9", Kind::Tcp6, "::1", 9, "[::1]:9"},
                    Case{"[::]", Kind::Tcp6, "::", 8000, "[::]:8000"},
                    Case{"unix:/run/a.sock", Kind::Unix, "/run/a.sock", 0, "unix:/run/a.sock"},
                    Case{"unix:a.sock", Kind::Unix, "a.sock", 0, "unix:a.sock"},
                    Case{"unix:///run/a.sock", Kind::Unix, "/run/a.sock", 0, "unix:/run/a.sock"}));

TEST(Address, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "a:b",
                             "a:",
                             "a:65536",
                             "a:-1",
                             "a:80:90",
                             "::1",
                             "::1:80",
                             "[::1",
                             "[]:80",
                             "[::1]80",
                             "[::1]:",
                             "unix:",
                             "http://a:80",
                             "a b:80",
                             "a:80/",
                             "a:8 0"}) {
        EXPECT_THROW(Address::parse(text), BadValue) << text;
    }
    EXPECT_THROW(Address::parse("unix:/" + std::string(sizeof(sockaddr_un::sun_path), 'x')),
                 BadValue);
}

TEST(Address, ADescriptorIsAlreadyOpen) {
    const Address address = Address::parse("fd://17");
    EXPECT_EQ(address.kind(), Address::Kind::Descriptor);
    EXPECT_EQ(address.descriptor(), 17);
    EXPECT_EQ(format_address(address), "fd://17");
    EXPECT_THROW(resolve(address), ConfigError);
    EXPECT_THROW(Address::parse_openable("fd://17"), BadValue);
    EXPECT_EQ(Address::parse_openable(":80"), Address::parse(":80"));
    for (const char* text : {"fd://", "fd://-1", "fd://x", "fd://3x", "fd://99999999999"})
        EXPECT_THROW(Address::parse(text), BadValue) << text;
}

TEST(Address, ComplaintSaysWhatWouldBeRight) {
    try {
        Address::parse("::1:80");
        FAIL();
    } catch (const BadValue& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("brackets"));
        EXPECT_THAT(error.what(), testing::HasSubstr("[IPV6]:PORT"));
    }
}

TEST(FormatUrl, IsWhatABrowserTakes) {
    EXPECT_EQ(format_url(Address::parse("127.0.0.1:0"), 4711), "http://127.0.0.1:4711");
    EXPECT_EQ(format_url(Address::parse("[::1]:80"), 80), "http://[::1]:80");
    EXPECT_EQ(format_url(Address::parse("unix:/a"), 0), "unix:/a");
}

TEST(Resolve, GivesTheFamilyThatWasWritten) {
    EXPECT_EQ(resolve(Address::parse("127.0.0.1:80")).storage.ss_family, AF_INET);
    EXPECT_EQ(resolve(Address::parse("localhost:80")).storage.ss_family, AF_INET);
    EXPECT_EQ(resolve(Address::parse("[::1]:80")).storage.ss_family, AF_INET6);
    EXPECT_EQ(resolve(Address::parse("unix:/a")).storage.ss_family, AF_UNIX);
}

TEST(Resolve, NamesAHostThatCannotBeFound) {
    try {
        resolve(Address::parse("no-such-host.invalid:80"));
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("no-such-host.invalid:80"));
        EXPECT_EQ(error.exit_code(), 1);
    }
}

}  // namespace
}  // namespace indrik::supervisor
