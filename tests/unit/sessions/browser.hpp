#pragma once
// A browser in the hand of a test: it keeps the cookies that an application gives it.
//
//   Shop shop;                                 // a clock, a log
//   Browser browser(run);
//   EXPECT_EQ(browser.get("/count").body, "1");

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>

#include "indrik/sessions.hpp"
#include "indrik/web/application.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::sessions {

/// 32 bytes, one after the other.
inline std::string test_key(char first = 0) {
    std::string key;
    for (char i = 0; i < 32; ++i) key += static_cast<char>(first + i);
    return key;
}

/// Time that passes when a test says so.
class TestClock {
public:
    Options::Clock clock() const {
        return [now = now_] { return *now; };
    }
    void pass(Seconds time) { *now_ += time; }
    Time now() const { return *now_; }

private:
    std::shared_ptr<Time> now_ = std::make_shared<Time>(Seconds(1'700'000'000));
};

class Browser {
public:
    explicit Browser(test::ServerRun& run) : run_(run) {}

    test::WireResponse get(std::string_view target) {
        return ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + cookie_field() +
                   "\r\n");
    }
    test::WireResponse post(std::string_view target,
                            std::string_view body = "",
                            std::string_view fields = "") {
        return ask(web::post_request(target, body, cookie_field() + std::string(fields)));
    }
    /// One response, whose chunks are in `body`.
    test::WireResponse ask(std::string_view request) {
        test::MemoryClient client = run_.connect();
        client.send(request);
        client.end();
        EXPECT_TRUE(run_.run_until([&client] { return client.is_closed(); }));
        const std::string bytes = client.take_received();
        test::WireResponse response;
        const std::size_t end = bytes.find("\r\n\r\n");
        if (bytes.substr(0, 9) != "HTTP/1.1 " || end == std::string::npos) {
            ADD_FAILURE() << "no response: " << bytes;
            return response;
        }
        response.status = std::stoi(bytes.substr(9, 3));
        response.head = bytes.substr(0, end + 4);
        response.body = bytes.substr(end + 4);
        take_cookies(response.head);
        return response;
    }

    std::string cookie(const std::string& name = "session") const {
        const auto found = cookies_.find(name);
        return found == cookies_.end() ? "" : found->second;
    }
    void set_cookie(std::string value, const std::string& name = "session") {
        cookies_[name] = std::move(value);
    }
    /// The last Set-Cookie field, or "".
    const std::string& last_cookie() const { return last_; }
    void forget() { cookies_.clear(); }

private:
    std::string cookie_field() const {
        std::string field;
        for (const auto& [name, value] : cookies_)
            field += (field.empty() ? "Cookie: " : "; ") + name + "=" + value;
        return field.empty() ? field : field + "\r\n";
    }
    void take_cookies(const std::string& head) {
        constexpr std::string_view kField = "\r\nSet-Cookie: ";
        last_.clear();
        for (std::size_t at = head.find(kField); at != std::string::npos;
             at = head.find(kField, at + 1)) {
            const std::size_t begin = at + kField.size();
            last_ = head.substr(begin, head.find("\r\n", begin) - begin);
            const std::size_t equals = last_.find('=');
            const std::string name = last_.substr(0, equals);
            const std::string value = last_.substr(equals + 1, last_.find(';') - equals - 1);
            if (last_.find("Max-Age=0") != std::string::npos) {
                cookies_.erase(name);
            } else {
                cookies_[name] = value;
            }
        }
    }

    test::ServerRun& run_;
    std::map<std::string, std::string> cookies_;
    std::string last_;
};

/// GET /show is the session as JSON, without changing anything; /count counts and says how often it was; /new says whether the session
/// is new; /hello never asks for it; /end invalidates, /rotate rotates.
inline web::Application make_counting_app(std::shared_ptr<Storage> storage, Options options = {}) {
    web::Application app;
    setup(app, std::move(storage), std::move(options));
    app.add_routes({
        web::get("/hello", [](web::Request&) { return web::Response().text("hello"); }),
        web::get("/show",
                 [](web::Request& request) -> Task<web::Response> {
                     const Session session = co_await get(request);
                     co_return web::Response().text(session.to_json());
                 }),
        web::get("/new",
                 [](web::Request& request) -> Task<web::Response> {
                     const Session session = co_await get(request);
                     co_return web::Response().text(session.is_new() ? "new" : "known");
                 }),
        web::get("/count",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     const int count = session.get<int>("n", 0) + 1;
                     session.set("n", count);
                     co_return web::Response().text(std::to_string(count));
                 }),
        web::get("/end",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     session.invalidate();
                     co_return web::Response().text("ended");
                 }),
        web::get("/rotate",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     session.rotate();
                     co_return web::Response().text("rotated");
                 }),
    });
    return app;
}

}  // namespace indrik::sessions
