#include "indrik/sessions/detail/exchange.hpp"

#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "indrik/core/cancellation.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response.hpp"
#include "indrik/web/response_channel.hpp"
#include "indrik/web/vary.hpp"

namespace indrik::sessions::detail {
namespace {

constexpr std::size_t kMaxCookieBytes = 4096;  // browsers drop what is larger
constexpr Seconds kRefreshPause{60};
constexpr Seconds kClockSkew{60};
constexpr Seconds kQuiet{60};
constexpr Seconds kLongestAge = std::chrono::hours(24 * 365 * 100);
constexpr int kMaxRounds = 10'000;

std::string_view reason_of(Load load) {
    switch (load) {
        case Load::Found:
            return "";
        case Load::Unknown:
            return "there is no session of that identity (any more)";
        case Load::Malformed:
            return "it has not the form of a session's cookie";
        case Load::Forged:
            return "it was made with another key, or was changed";
        case Load::Unreadable:
            break;
    }
    return "it holds no session";
}

}  // namespace

void Notice::operator()(const Logger& log, LogLevel level, Time now, std::string_view text) {
    if (now < next_) {
        ++left_out_;
        return;
    }
    std::string line(text);
    if (left_out_ != 0)
        line += " (" + std::to_string(left_out_) + " more since the last line of this kind)";
    log.child("sessions").log(level, line);
    next_ = now + kQuiet;
    left_out_ = 0;
}

Exchange::Exchange(Setup& its_setup, web::Request& request)
    : setup(its_setup),
      log(request.log()),
      is_secure(request.is_secure()),
      has_begun(request.response_channel().has_started()) {
    begin_anew();
}

Exchange::~Exchange() {
    if (!has_begun || is_detached) return;
    try {
        if (!data.is_changed() && !wants_new_identity) return;
        setup.failures(log,
                       LogLevel::Warning,
                       setup.options.now(),
                       "A session was changed after its response had begun, and was not saved: "
                       "await sessions::save(request)");
    } catch (const std::exception& error) {
        log.child("sessions").error("A session cannot be saved: {}", error.what());
    }
}

void Exchange::begin_anew() {
    record.cookie_name = cookie_name();
    record.now = setup.options.now();
    record.cookie.clear();
    record.identity.clear();
    record.version = 0;
    record.own_max_age.reset();
    record.created = record.now;
    record.saved = record.now;
    data.reset();
    is_new = true;
}

void Exchange::invalidate() {
    data.clear();
    record.own_max_age.reset();
    record.created = setup.options.now();
    wants_new_identity = true;
    is_new = true;
}

// ---- loading

Task<> Exchange::load(web::Request& request) {
    std::optional<std::string_view> value;
    bool is_ambiguous = false;
    for (const auto& [name, sent] : request.cookies()) {
        if (name != cookie_name()) continue;
        is_ambiguous = is_ambiguous || (value && *value != sent);
        value = sent;
    }
    if (!value || value->empty()) co_return;
    has_cookie = true;
    if (is_ambiguous) {
        refuse(request, "there are several of that name");
    } else if (value->size() > kMaxCookieBytes) {
        refuse(request, "it is larger than any that was given out");
    } else {
        record.cookie.assign(*value);
        Load outcome = Load::Unknown;
        const bool is_done = co_await attempt(setup.storage->load(record), outcome);
        const std::string_view reason = is_done ? judge(outcome) : std::string_view();
        if (!is_done) {
            begin_anew();
        } else if (!reason.empty()) {
            refuse(request, reason);
        } else {
            is_new = false;
        }
    }
}

std::string_view Exchange::judge(Load load) {
    if (load != Load::Found) return reason_of(load);
    const Time now = record.now;
    if (record.saved > now + kClockSkew || record.created > now + kClockSkew)
        return "it comes from the future";
    const auto age = max_age();
    const Time begin = setup.options.is_sliding() ? record.saved : record.created;
    if (age && now - begin > *age) return "it has expired";
    return data.load(std::move(record.data)) ? "" : reason_of(Load::Unreadable);
}

void Exchange::refuse(web::Request& request, std::string_view reason) {
    begin_anew();
    setup.refusals(log,
                   LogLevel::Warning,
                   record.now,
                   "A session's cookie from " + std::string(request.remote()) +
                       " is not accepted: " + std::string(reason));
}

void Exchange::detach(std::string_view reason) {
    is_detached = true;
    log.child("sessions").debug("Changes of a session are dropped: {}", reason);
}

// ---- saving

Time Exchange::expiry() const {
    const auto age = max_age();
    if (!age || *age > kLongestAge) return Time::max();
    return (setup.options.is_sliding() ? record.saved : record.created) + *age;
}

bool Exchange::is_refresh_due() const {
    return !is_new && setup.options.is_sliding() && max_age() &&
           setup.options.now() - record.saved >= kRefreshPause;
}

void Exchange::prepare_record() {
    record.now = setup.options.now();
    record.saved = record.now;
    record.expires = expiry();
    record.data = data.to_text();
}

Task<> Exchange::finish(web::Response& response) {
    has_begun = true;
    const int status = static_cast<int>(response.status());
    if (status != 101) web::vary_by(response.headers(), "Cookie");
    if (status >= 500) is_detached = true;
    if (!is_detached) {
        const bool is_changed = data.is_changed() || wants_new_identity;
        if (data.size() != 0) {
            if (is_changed || is_refresh_due()) co_await store({});
        } else if (is_changed) {
            co_await revoke();
            data.mark_saved();
            wants_new_identity = false;
            owes_cookie = false;
            drops_cookie = has_cookie;
        }
    }
    if (owes_cookie) {
        set_cookie(response);
    } else if (drops_cookie) {
        http::Cookie cookie(cookie_name(), "");
        cookie.path(setup.options.path()).domain(setup.options.domain()).max_age(Seconds(0));
        cookie.secure(setup.options.secure().value_or(is_secure));
        response.cookie(cookie);
    }
}

Task<> Exchange::update(std::function<void(Session&)> change) {
    const bool keeps_data = setup.storage->keeps_data();
    if (has_begun && !is_detached && (!keeps_data || record.identity.empty())) {
        throw std::logic_error(
            "the session cannot be saved: the response has begun without its cookie");
    }
    if (keeps_data && !is_detached) {
        co_await store(std::move(change));
    } else {
        Session session(*this);
        change(session);
    }
}

Task<> Exchange::store(std::function<void(Session&)> change) {
    for (int round = 0; round < kMaxRounds; ++round) {
        std::vector<SessionData::Change> ours;
        if (change) {
            ours = data.changes();
            Session session(*this);
            change(session);
        }
        if (wants_new_identity) {
            const bool was_there = co_await revoke();
            if (is_detached) co_return;
            if (!was_there) co_return detach("somebody else has revoked the session meanwhile");
            wants_new_identity = false;
        }
        const bool is_unknown_yet = record.identity.empty();
        prepare_record();
        Save outcome = Save::Done;
        const bool is_done = co_await attempt(setup.storage->save(record), outcome);
        if (!is_done) co_return;
        if (outcome == Save::Gone) co_return detach("the session was revoked meanwhile");
        if (outcome == Save::Done) {
            data.mark_saved();
            const bool is_dated = max_age() && !setup.options.lasts_until_browser_closes();
            owes_cookie = owes_cookie || !setup.storage->keeps_data() || is_unknown_yet ||
                          (is_dated && (setup.options.is_sliding() || record.own_max_age));
            co_return;
        }
        if (!change) {
            if (!data.is_changed()) co_return;  // a refresh, which somebody else has just done
            ours = data.changes();
        }
        const bool is_there = co_await reload(std::move(ours));
        if (!is_there) co_return detach("the session was revoked meanwhile");
    }
    throw std::system_error(std::make_error_code(std::errc::device_or_resource_busy),
                            "a session that others never stop changing");
}

Task<bool> Exchange::revoke() {
    bool was_there = true;
    if (!record.identity.empty()) co_await attempt(setup.storage->erase(record), was_there);
    record.identity.clear();
    record.version = 0;
    co_return was_there;
}

Task<bool> Exchange::reload(std::vector<SessionData::Change> ours) {
    const auto own_max_age = record.own_max_age;
    record.cookie = record.identity;
    record.now = setup.options.now();
    Load outcome = Load::Unknown;
    const bool is_done = co_await attempt(setup.storage->load(record), outcome);
    if (!is_done || !judge(outcome).empty()) co_return false;
    if (own_max_age) record.own_max_age = own_max_age;
    data.apply(std::move(ours));
    co_return true;
}

template <class Outcome>
Task<bool> Exchange::attempt(Task<Outcome> work, Outcome& outcome) {
    std::string problem;
    try {
        outcome = co_await std::move(work);
        co_return true;
    } catch (const std::logic_error&) {
        throw;  // not the storage's fault
    } catch (const std::system_error& error) {
        if (is_cancelled(error)) throw;
        problem = error.what();
    } catch (const std::exception& error) {
        problem = error.what();
    }
    setup.failures(
        log, LogLevel::Error, setup.options.now(), "The storage of sessions is away: " + problem);
    is_detached = true;
    if (!setup.options.fails_open())
        throw web::HTTPServiceUnavailable("Sessions are not available at the moment.");
    co_return false;
}

// ---- the cookie

http::Cookie Exchange::make_cookie() const {
    const Options& options = setup.options;
    http::Cookie cookie(cookie_name(), record.cookie);
    cookie.path(options.path()).domain(options.domain());
    cookie.http_only(options.is_http_only()).same_site(options.same_site());
    cookie.secure(options.secure().value_or(is_secure));
    if (max_age() && !options.lasts_until_browser_closes()) {
        const Seconds spent = options.is_sliding() ? Seconds(0) : record.now - record.created;
        cookie.max_age(std::max(Seconds(0), *max_age() - spent));
    }
    return cookie;
}

void Exchange::set_cookie(web::Response& response) const {
    const std::string text = http::format_set_cookie(make_cookie());
    if (text.size() > kMaxCookieBytes) {
        throw std::length_error("the session's cookie would have " + std::to_string(text.size()) +
                                " bytes, and browsers drop those of more than " +
                                std::to_string(kMaxCookieBytes) +
                                ": keep less in the session, or keep it on the server");
    }
    response.headers().append(http::Field::SetCookie, text);
}

}  // namespace indrik::sessions::detail
