#include "indrik/sessions/flash.hpp"

#include <stdexcept>

#include "indrik/sessions/setup.hpp"

namespace indrik::sessions {
namespace {

constexpr std::string_view kName = "_flashes";

using Pair = std::pair<std::string, std::string>;

}  // namespace

void flash(Session session, std::string_view text, std::string_view category) {
    auto messages = session.get<std::vector<Pair>>(kName, {});
    messages.emplace_back(category, text);
    if (messages.size() > kMaxFlashMessages) messages.erase(messages.begin());
    session.set(kName, messages);
}

std::vector<FlashMessage> take_flashed(Session session) {
    std::vector<FlashMessage> messages;
    for (auto& [category, text] : session.get<std::vector<Pair>>(kName, {}))
        messages.push_back({std::move(category), std::move(text)});
    session.erase(kName);
    return messages;
}

std::vector<FlashMessage> take_flashed_of(web::Request& request) {
    const std::optional<Session> session = loaded(request);
    if (!session) {
        throw std::logic_error(
            "flash messages need the session: co_await sessions::get(request) before them");
    }
    return take_flashed(*session);
}

}  // namespace indrik::sessions
