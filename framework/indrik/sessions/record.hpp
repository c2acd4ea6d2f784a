#pragma once
// What a storage keeps of a session, and what it says of it.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace indrik::sessions {

using Time = std::chrono::sys_seconds;
using Seconds = std::chrono::seconds;

/// One session on its way between framework and storage. Resource type: lent by reference, never copied on the way.
struct Record {
    // Given by the framework to every call. Lifetime of the view: the call.
    std::string_view cookie_name;
    Time now{};

    /// The value of the cookie: the client's for load(), and what the client is to get after save().
    std::string cookie;
    /// What a storage of the server knows the session by; "" for one that it does not know yet, and where the cookie is all.
    std::string identity;
    /// Of the storage, for whether somebody else has saved the session since it was loaded. 0: not stored yet.
    std::uint64_t version = 0;

    /// The data as a JSON object.
    std::string data = "{}";
    Time created{};
    Time saved{};
    /// The session's own lifetime, instead of the configured one.
    std::optional<Seconds> own_max_age;
    /// When the storage may forget it; Time::max() for never. Given to save().
    Time expires = Time::max();
};

/// How a load ended. All but Found give a new session.
enum class Load {
    Found,
    Unknown,    ///< the storage has none of that identity
    Malformed,  ///< the cookie's value has not the form of what the storage gives out
    Forged,  ///< it has, but was made with none of the keys, or was changed since, or is another cookie's
    Unreadable,  ///< it is genuine, but does not hold a session
};

/// How a save ended.
enum class Save {
    Done,
    Conflict,  ///< somebody else has saved it since it was loaded; nothing is changed
    Gone,      ///< somebody else has revoked it, or it was forgotten; nothing is changed
};

}  // namespace indrik::sessions
