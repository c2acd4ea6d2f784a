#include "indrik/net/resolver.hpp"

#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <netdb.h>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/timeout.hpp"
#include "tests/support/co_test.hpp"

namespace indrik::net {
namespace {

std::vector<std::string> shown(const std::vector<Address>& addresses) {
    std::vector<std::string> texts;
    for (const Address& address : addresses) texts.push_back(format_endpoint(address.endpoint()));
    return texts;
}

using Texts = std::vector<std::string>;

CO_TEST(Resolver, TakesAddressesInDigits) {
    const std::vector<Address> v4 = co_await resolve("192.0.2.7", 80);
    EXPECT_EQ(Texts{"192.0.2.7:80"}, shown(v4));
    const std::vector<Address> v6 = co_await resolve("2001:db8::1", 443);
    EXPECT_EQ(Texts{"[2001:db8::1]:443"}, shown(v6));
    const std::vector<Address> bracketed = co_await resolve("[::1]", 1);
    EXPECT_EQ(Texts{"[::1]:1"}, shown(bracketed));
}

CO_TEST(Resolver, KnowsThisHost) {
    const Texts names{"localhost", "LocalHost", "localhost.", "a.localhost"};
    for (const std::string& name : names) {
        const std::vector<Address> addresses = co_await resolve(name, 8080);
        EXPECT_EQ((Texts{"127.0.0.1:8080", "[::1]:8080"}), shown(addresses)) << name;
    }
}

CO_TEST(Resolver, RefusesAddressesThatOthersReadDifferently) {
    const Texts hosts{"127.1",
                      "2130706433",
                      "0177.0.0.1",
                      "0x7f.1",
                      "0x7f000001",
                      "1.2.3.4.5",
                      "127.0.0.01",
                      "256.0.0.1",
                      "name.1",
                      "127.1.",
                      "",
                      "[]",
                      "x:1"};
    for (const std::string& host : hosts) {
        std::error_code code;
        std::string what;
        try {
            static_cast<void>(co_await resolve(host, 80));
        } catch (const std::system_error& error) {
            code = error.code();
            what = error.what();
        }
        if (host == "x:1" || host == "[]") {  // names that nobody has
            EXPECT_TRUE(code) << host;
        } else {
            EXPECT_EQ(std::error_code(EINVAL, std::system_category()), code) << host;
        }
        EXPECT_NE(std::string::npos, what.find(host)) << what;
    }
}

CO_TEST(Resolver, AsksTheSystem) {
    // Whatever the system knows this machine as: what getaddrinfo finds is what comes out.
    char name[256] = {};
    CO_ASSERT(::gethostname(name, sizeof name - 1) == 0);
    addrinfo* list = nullptr;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    if (::getaddrinfo(name, "80", &hints, &list) != 0) co_return;
    Texts expected;
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next)
        expected.push_back(format_endpoint(to_endpoint(one->ai_addr, one->ai_addrlen)));
    ::freeaddrinfo(list);
    const std::vector<Address> addresses = co_await resolve(name, 80);
    EXPECT_EQ(expected, shown(addresses));
}

CO_TEST(Resolver, NamesWhatItCannotFind) {
    try {
        static_cast<void>(co_await resolve("no-such-host.invalid", 80));
        ADD_FAILURE() << "found";
    } catch (const std::system_error& error) {
        EXPECT_EQ(&resolver_category(), &error.code().category());
        EXPECT_NE(
            std::string::npos,
            std::string(error.what()).find("cannot find the address of no-such-host.invalid: "))
            << error.what();
    }
}

CO_TEST(Resolver, IsCancelledAtOnce) {
    // The time is up before a thread can have an answer.
    try {
        static_cast<void>(
            co_await with_timeout(std::chrono::seconds(0), resolve("no-such-host.invalid", 80)));
        ADD_FAILURE() << "found";
    } catch (const TimeoutError&) {
    } catch (const std::system_error& error) {
        EXPECT_FALSE(is_cancelled(error));  // it was that quick
    }
}

}  // namespace
}  // namespace indrik::net
