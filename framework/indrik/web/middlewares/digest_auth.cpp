#include "indrik/web/middlewares/digest_auth.hpp"

#include <charconv>
#include <memory>
#include <stdexcept>

#include <time.h>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/shared_memory.hpp"

namespace indrik::web {
namespace {

using http::DigestScheme;

constexpr std::size_t kCounters = 8192;
constexpr std::size_t kTimeDigits = 16;
constexpr std::size_t kRandomDigits = 16;
constexpr std::size_t kSignatureDigits = 32;

std::optional<std::uint64_t> parse_hex(std::string_view digits) {
    std::uint64_t value = 0;
    const auto end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, value, 16);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return value;
}

std::int64_t now_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);  // the same for all workers, and nobody sets it
    return now.tv_sec;
}

/// Makes nonces and judges those that come back: time, randomness, and a signature of both.
class Nonces {
public:
    enum class Verdict { Good, Stale, Forged };

    Nonces(const Application& application, std::chrono::seconds lifetime)
        : key_(shared_key(application, "indrik digest nonce")),
          lifetime_(lifetime),
          counters_("indrik digest nonce counts", kCounters),
          counts_(counters_.words(application)) {}

    std::string make() const {
        const std::int64_t now = now_seconds();
        std::string time;
        for (int bits = 56; bits >= 0; bits -= 8) time += static_cast<char>(now >> bits & 0xff);
        const std::string text = hex_encode(time) + hex_encode(random_bytes(kRandomDigits / 2));
        return text + signature(text);
    }

    Verdict judge(std::string_view nonce) const {
        constexpr std::size_t kSigned = kTimeDigits + kRandomDigits;
        if (nonce.size() != kSigned + kSignatureDigits) return Verdict::Forged;
        const std::string expected = signature(nonce.substr(0, kSigned));
        if (!equal_in_constant_time(nonce.substr(kSigned), expected)) return Verdict::Forged;
        const auto made = parse_hex(nonce.substr(0, kTimeDigits)).value_or(0);
        const std::int64_t age = now_seconds() - static_cast<std::int64_t>(made);
        return age >= 0 && age <= lifetime_.count() ? Verdict::Good : Verdict::Stale;
    }

    /// Whether a count of a nonce is used for the first time; they only grow.
    bool use(std::string_view nonce, std::string_view nc) const {
        const auto random = parse_hex(nonce.substr(kTimeDigits, kRandomDigits)).value_or(0);
        const auto count = parse_hex(nc).value_or(0);
        auto& word = counts_[random % counts_.size()];
        const std::uint64_t tag = random >> 32;
        std::uint64_t seen = word.load();
        do {
            if (seen >> 32 == tag && (seen & 0xffffffff) >= count) return false;
        } while (!word.compare_exchange_weak(seen, tag << 32 | (count & 0xffffffff)));
        return count != 0;
    }

private:
    std::string signature(std::string_view text) const {
        return hex_encode(hmac(DigestAlgorithm::SHA256, key_, text)).substr(0, kSignatureDigits);
    }

    std::string key_;
    std::chrono::seconds lifetime_;
    SharedWords counters_;
    std::span<SharedWords::Word> counts_;
};

struct Guard {
    explicit Guard(DigestAuth chosen) : options(std::move(chosen)) {}
    DigestAuth options;
    std::optional<Nonces> nonces;  // made when the application is known
};

HTTPUnauthorized unauthorized(const Guard& guard, bool is_stale) {
    http::DigestChallenge challenge;
    challenge.realm = guard.options.realm();
    challenge.nonce = guard.nonces->make();
    challenge.stale = is_stale;
    HTTPUnauthorized refusal(http::format_digest_challenge(challenge));
    if (guard.options.offers_md5()) {
        challenge.scheme = DigestScheme::MD5;
        refusal.response().add_header("WWW-Authenticate", http::format_digest_challenge(challenge));
    }
    return refusal;
}

bool is_acceptable(const DigestAuth& options, const http::DigestCredentials& credentials) {
    const bool is_offered = credentials.scheme == DigestScheme::SHA256 ||
                            (options.offers_md5() && credentials.scheme == DigestScheme::MD5);
    return is_offered && credentials.qop == http::DigestQOP::Auth && !credentials.user_hash &&
           credentials.realm == options.realm();
}

Task<Response> run(std::shared_ptr<Guard> guard, Request& request, Next next) {
    const DigestAuth& options = guard->options;
    if (!guard->nonces) guard->nonces.emplace(request.app(), options.nonce_lifetime());
    auto credentials = http::parse_digest_credentials(request.header(http::Field::Authorization));
    if (!credentials || !is_acceptable(options, *credentials)) throw unauthorized(*guard, false);
    const Nonces::Verdict verdict = guard->nonces->judge(credentials->nonce);
    if (verdict == Nonces::Verdict::Forged) throw unauthorized(*guard, false);
    auto secret = options.find(credentials->user_name, credentials->scheme);
    if (!secret && options.secret_source()) {
        std::string name = credentials->user_name;
        const DigestScheme scheme = credentials->scheme;
        secret = co_await options.secret_source()(request, std::move(name), scheme);
    }
    // Who is not known takes as long as who has a wrong password.
    const bool is_right = http::verify_digest(*credentials,
                                              secret.value_or(std::string(64, '0')),
                                              request.method_name(),
                                              request.target()) &&
                          secret.has_value();
    if (!is_right) throw unauthorized(*guard, false);
    if (verdict == Nonces::Verdict::Stale ||
        !guard->nonces->use(credentials->nonce, credentials->nc)) {
        throw unauthorized(*guard, true);
    }
    set_authenticated_user(request, std::move(credentials->user_name));
    co_return co_await next(request);
}

}  // namespace

DigestAuth& DigestAuth::user(std::string name, std::string_view password) {
    Secrets secrets;
    secrets.sha256 = http::digest_secret(DigestScheme::SHA256, name, realm_, password);
    secrets.md5 = http::digest_secret(DigestScheme::MD5, name, realm_, password);
    users_[std::move(name)] = std::move(secrets);
    return *this;
}

std::optional<std::string> DigestAuth::find(const std::string& name, DigestScheme scheme) const {
    const auto known = users_.find(name);
    if (known == users_.end()) return std::nullopt;
    return scheme == DigestScheme::MD5 ? known->second.md5 : known->second.sha256;
}

Middleware digest_auth(DigestAuth options) {
    if (options.empty()) throw std::invalid_argument("digest_auth: no user and no secret function");
    http::format_basic_challenge(options.realm());  // refuses control characters
    return [guard = std::make_shared<Guard>(std::move(options))](Request& request, Next next) {
        return run(guard, request, next);
    };
}

}  // namespace indrik::web
