#pragma once
// Messages for the next page that is shown, once: "Saved.", "Wrong password."
//
//   sessions::flash(session, "You are logged in.", "success");          // before a redirection
//   for (const auto& message : sessions::take_flashed(session)) ...     // on the next page
//
// With templates: SetupOptions().flashed_messages(sessions::take_flashed<templates::FlashMessage>), and handlers that await
// sessions::get() first; the template then calls get_flashed_messages().

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/sessions/session.hpp"

namespace indrik::web {
class Request;
}

namespace indrik::sessions {

struct FlashMessage {
    std::string category;
    std::string text;
};

/// Messages that nobody looks at: beyond these, the oldest is dropped.
inline constexpr std::size_t kMaxFlashMessages = 32;

/// Keeps a message until it is shown.
void flash(Session session, std::string_view text, std::string_view category = "message");
/// Takes all of them out, the oldest first.
std::vector<FlashMessage> take_flashed(Session session);
/// The same as a type of {category, text}. Errors: std::logic_error before sessions::get() was awaited.
std::vector<FlashMessage> take_flashed_of(web::Request& request);
template <class Message>
std::vector<Message> take_flashed(web::Request& request) {
    std::vector<Message> messages;
    for (FlashMessage& one : take_flashed_of(request))
        messages.push_back({std::move(one.category), std::move(one.text)});
    return messages;
}

}  // namespace indrik::sessions
