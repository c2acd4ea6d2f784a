#pragma once
// Where sessions are kept: the interface, for storages of one's own.
//
//   class RedisStorage final : public sessions::Storage {
//       Task<sessions::Load> load(sessions::Record& record) override;      // by record.cookie, which anybody may have sent
//       Task<sessions::Save> save(sessions::Record& record) override;      // gives record.cookie, identity and version
//       Task<bool> erase(sessions::Record& record) override;
//   };
//
// Those that come with Indrik: cookie_storage.hpp, shared_memory_storage.hpp, file_storage.hpp.

#include <string>
#include <string_view>

#include "indrik/core/task.hpp"
#include "indrik/sessions/record.hpp"

namespace indrik::web {
class Application;
}

namespace indrik::sessions {

class Options;

/// An interface. Belongs to one worker. Errors of load, save and erase: whatever the store throws when it is away; the framework
/// then does what Options::fail_open says. Lifetime: a record outlives the call.
class Storage {
public:
    virtual ~Storage() = default;

    /// Called by setup(): the place for on_startup and on_cleanup, and to look at the options.
    virtual void attach(web::Application& app, const Options& options);
    virtual std::string_view default_cookie_name() const { return "session"; }
    /// Whether data stays here and the cookie holds but an identity.
    virtual bool keeps_data() const { return true; }

    /// Fills data, times, identity and version from record.cookie. Never throws for what a client may send.
    virtual Task<Load> load(Record& record) = 0;
    /// Stores the record. One without an identity gets a new one (see new_identity). One with an identity is replaced if its version
    /// is still that of the record, as one step that cannot be interleaved.
    virtual Task<Save> save(Record& record) = 0;
    /// Forgets record.identity, whatever its version; false if there was none.
    virtual Task<bool> erase(Record& record) = 0;
};

/// 256 random bits as 43 characters of base64url.
std::string new_identity();
/// Whether a text has that form.
bool is_identity(std::string_view text);

}  // namespace indrik::sessions
