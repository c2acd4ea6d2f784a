#include "indrik/sessions/cookie_storage.hpp"

#include "indrik/sessions/fernet.hpp"
#include "indrik/sessions/options.hpp"
#include "indrik/sessions/payload.hpp"
#include "indrik/sessions/sealed_token.hpp"
#include "indrik/sessions/signed_token.hpp"

namespace indrik::sessions {

void CookieStorage::attach(web::Application&, const Options& options) {
    created_slides_ = created_slides_ && options.is_sliding();
}

Task<Load> CookieStorage::load(Record& record) {
    std::string text;
    const Load outcome = format_->open(record.cookie_name, record.cookie, record.saved, text);
    if (outcome == Load::Found && !parse_payload(text, record)) co_return Load::Unreadable;
    co_return outcome;
}

Task<Save> CookieStorage::save(Record& record) {
    if (created_slides_) record.created = record.saved;
    record.cookie = format_->seal(record.cookie_name, record.saved, format_payload(record));
    co_return Save::Done;
}

/// The browser does.
Task<bool> CookieStorage::erase(Record&) {
    co_return true;
}

std::shared_ptr<Storage> encrypted_cookie(const Keys& keys) {
    return std::make_shared<CookieStorage>(std::make_unique<SealedToken>(keys), "session");
}

std::shared_ptr<Storage> fernet_cookie(const Keys& keys) {
    auto storage =
        std::make_shared<CookieStorage>(std::make_unique<Fernet>(keys), "AIOHTTP_SESSION");
    storage->created_slides();
    return storage;
}

std::shared_ptr<Storage> signed_cookie(const Keys& keys) {
    return std::make_shared<CookieStorage>(std::make_unique<SignedToken>(keys), "session");
}

}  // namespace indrik::sessions
