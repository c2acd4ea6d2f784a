#pragma once
// What is known of a request's session, and how it is loaded and saved.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/logging.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task.hpp"
#include "indrik/http/cookies.hpp"
#include "indrik/sessions/detail/session_data.hpp"
#include "indrik/sessions/options.hpp"
#include "indrik/sessions/record.hpp"
#include "indrik/sessions/session.hpp"
#include "indrik/sessions/storage.hpp"

namespace indrik::web {
class Request;
class Response;
}  // namespace indrik::web

namespace indrik::sessions::detail {

/// At most one line a minute, with the number of those that were left out.
class Notice {
public:
    void operator()(const Logger& log, LogLevel level, Time now, std::string_view text);

private:
    Time next_{};
    std::size_t left_out_ = 0;
};

/// What setup() leaves in the application.
struct Setup {
    std::shared_ptr<Storage> storage;
    Options options;
    std::string name;         // of the cookie
    std::string secure_name;  // over https
    Notice refusals;
    Notice failures;
};

/// One request's session. Lives in the request's storage.
struct Exchange {
    Exchange(Setup& its_setup, web::Request& request);
    Exchange(const Exchange&) = delete;
    /// Says so if something was changed and never saved.
    ~Exchange();

    Setup& setup;
    const Logger& log;
    bool is_secure;
    bool has_cookie = false;  // the client sent one
    bool is_new = true;
    bool is_detached =
        false;               // nothing of it is saved: the storage is away, or somebody revoked it
    bool has_begun = false;  // the response
    bool wants_new_identity = false;
    bool owes_cookie = false;  // the client is to get record.cookie
    bool drops_cookie = false;
    bool has_failed = false;  // to load
    Event is_loaded;
    Record record;
    SessionData data;

    const std::string& cookie_name() const { return is_secure ? setup.secure_name : setup.name; }
    std::optional<Seconds> max_age() const {
        return record.own_max_age ? record.own_max_age : setup.options.max_age();
    }

    /// Fills it from the request's cookie.
    Task<> load(web::Request& request);
    /// Saves what there is to save, and gives the response its cookie.
    Task<> finish(web::Response& response);
    /// Changes, saves, and does so again as long as others are faster. Empty sessions are saved, too.
    Task<> update(std::function<void(Session&)> change);
    void invalidate();

private:
    /// What is wrong with what was loaded; "" if nothing is.
    std::string_view judge(Load load);
    void refuse(web::Request& request, std::string_view reason);
    void begin_anew();
    Time expiry() const;
    bool is_refresh_due() const;
    void prepare_record();
    /// Erases the identity that is to go. False if it was gone already.
    Task<bool> revoke();
    /// Until it is done, or there is nothing to save to any more.
    Task<> store(std::function<void(Session&)> change);
    /// The newest data under ours. False if there is none any more.
    Task<bool> reload(std::vector<SessionData::Change> ours);
    void detach(std::string_view reason);
    http::Cookie make_cookie() const;
    void set_cookie(web::Response& response) const;
    /// Runs what the storage does; false if it failed and that is to be borne. Errors: HTTPServiceUnavailable.
    template <class Outcome>
    Task<bool> attempt(Task<Outcome> work, Outcome& outcome);
};

}  // namespace indrik::sessions::detail
