#include "indrik/web/run_app.hpp"

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "indrik/core/sleep.hpp"
#include "indrik/net/endpoint.hpp"
#include "indrik/net/listening.hpp"
#include "tests/support/sockets.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using Notes = std::vector<std::string>;

/// Asks for "/" over a connected socket, and reads to the end.
std::string ask_over(const UniqueFd& socket) {
    const std::string request = get_request("/", "Connection: close\r\n");
    EXPECT_EQ(::send(socket.get(), request.data(), request.size(), 0),
              static_cast<ssize_t>(request.size()));
    std::string answer;
    char space[4096];
    for (;;) {
        const ssize_t size = ::recv(socket.get(), space, sizeof space, 0);
        if (size <= 0) return answer;
        answer.append(space, static_cast<std::size_t>(size));
    }
}

std::uint16_t port_of_url(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

Application::LifecycleSignal::Callback note(Notes& notes, std::string text) {
    return [&notes, text](Application&) -> Task<> {
        notes.push_back(text);
        co_return;
    };
}

Application make_noting_app(Notes& notes) {
    Application app;
    app.add_routes({get("/", [](Request&) { return Response().text("served"); })});
    app.on_startup().append(note(notes, "startup"));
    app.on_shutdown().append(note(notes, "shutdown"));
    app.on_cleanup().append(note(notes, "cleanup"));
    return app;
}

TEST(RunApp, ServesUntilASignalComes) {
    for (const int signal : {SIGTERM, SIGINT}) {
        Notes notes;
        std::string answer;
        std::thread client;
        run_app(make_noting_app(notes),
                RunOptions().host("127.0.0.1").port(0).on_listening([&](const std::string& url) {
                    EXPECT_THAT(url, testing::StartsWith("http://127.0.0.1:"));
                    client = std::thread([&answer, url, signal] {
                        answer = ask_over(test::connect_to(port_of_url(url)));
                        ::kill(::getpid(), signal);
                    });
                }));
        client.join();
        EXPECT_THAT(answer, EndsWith("served"));
        EXPECT_THAT(notes, ElementsAre("startup", "shutdown", "cleanup"));
    }
}

TEST(RunApp, ListensWhereItIsTold) {
    const std::string path = testing::TempDir() + "run_app_test." + std::to_string(::getpid());
    UniqueFd socket = net::listen_tcp("127.0.0.1", 0);
    const std::uint16_t port = net::local_endpoint(socket.get()).port;
    Notes notes;
    Notes addresses;
    run_app(make_noting_app(notes),
            RunOptions()
                .path(path)
                .socket(std::move(socket))
                .on_listening([&](const std::string& address) {
                    addresses.push_back(address);
                    if (addresses.size() == 2) ::raise(SIGTERM);
                }));
    EXPECT_THAT(addresses, ElementsAre("unix:" + path, "http://127.0.0.1:" + std::to_string(port)));
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(RunApp, ASecondSignalEndsThePatience) {
    Notes notes;
    Application app = make_noting_app(notes);
    app.add_routes({get("/slow", [&](Request&) -> Task<Response> {
        ::raise(SIGTERM);
        notes.push_back("slow");
        co_await sleep_for(100ms);
        ::raise(SIGTERM);
        co_await sleep_for(1h);
        co_return Response();
    })});
    std::thread client;
    run_app(std::move(app),
            RunOptions().host("127.0.0.1").port(0).on_listening([&](const std::string& url) {
                client = std::thread([url] {
                    const UniqueFd socket = test::connect_to(port_of_url(url));
                    const std::string request = get_request("/slow");
                    EXPECT_GT(::send(socket.get(), request.data(), request.size(), 0), 0);
                    char byte = 0;
                    EXPECT_EQ(::recv(socket.get(), &byte, 1, 0), 0);
                });
            }));
    client.join();
    EXPECT_THAT(notes, ElementsAre("startup", "slow", "shutdown", "cleanup"));
}

TEST(RunApp, ThrowsWhatKeepsItFromStarting) {
    const UniqueFd taken = net::listen_tcp("127.0.0.1", 0);
    const std::uint16_t port = net::local_endpoint(taken.get()).port;
    Notes notes;
    EXPECT_THROW(run_app(make_noting_app(notes), RunOptions().host("127.0.0.1").port(port)),
                 std::system_error);
    EXPECT_THAT(notes, ElementsAre());
    Application app = make_noting_app(notes);
    app.on_startup().append([](Application&) -> Task<> {
        throw std::runtime_error("no database");
        co_return;
    });
    EXPECT_THROW(run_app(std::move(app), RunOptions().host("127.0.0.1").port(0)),
                 std::runtime_error);
    EXPECT_THAT(notes, ElementsAre("startup", "cleanup"));
}

}  // namespace
}  // namespace indrik::web
