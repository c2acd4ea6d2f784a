#pragma once
// Sessions that are in the browser's cookie altogether: nothing to keep on the server, nothing to share between workers and hosts.
//
//   sessions::setup(app, sessions::encrypted_cookie(key));
//
// What they cannot do: hold more than some 2.5 KiB, be revoked (a copy of the cookie is good until it expires), and see what another
// request of the same browser changes at the same time.

#include <memory>
#include <string>
#include <string_view>

#include "indrik/sessions/keys.hpp"
#include "indrik/sessions/storage.hpp"
#include "indrik/sessions/token.hpp"

namespace indrik::sessions {

/// For formats of one's own.
class CookieStorage final : public Storage {
public:
    CookieStorage(std::unique_ptr<TokenFormat> format, std::string default_cookie_name)
        : format_(std::move(format)), name_(std::move(default_cookie_name)) {}

    /// For readers that reckon a session's age from "created" alone: with sliding expiry it is then the time of the last save.
    CookieStorage& created_slides() { return created_slides_ = true, *this; }

    void attach(web::Application& app, const Options& options) override;
    std::string_view default_cookie_name() const override { return name_; }
    bool keeps_data() const override { return false; }
    Task<Load> load(Record& record) override;
    Task<Save> save(Record& record) override;
    Task<bool> erase(Record& record) override;

private:
    std::unique_ptr<TokenFormat> format_;
    std::string name_;
    bool created_slides_ = false;
};

/// Encrypted with AES-256-GCM, and bound to the name of the cookie (sealed_token.hpp).
std::shared_ptr<Storage> encrypted_cookie(const Keys& keys);
/// As aiohttp_session's EncryptedCookieStorage has it, byte for byte: one site may run on both (fernet.hpp).
std::shared_ptr<Storage> fernet_cookie(const Keys& keys);
/// Signed only: everybody can read it, the page's script too with Options::http_only(false) (signed_token.hpp).
std::shared_ptr<Storage> signed_cookie(const Keys& keys);

}  // namespace indrik::sessions
