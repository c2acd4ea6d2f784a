#pragma once
// The data of a session during a request: its members as JSON texts, of which only those become values that somebody asks for.
//
// So a session that is read costs a walk over its text, and one that is changed is put together from the texts of its members.
// A value that was lent for changing is compared with its text when the session is to be saved.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/json/value.hpp"
#include "indrik/sessions/record.hpp"

namespace indrik::sessions::detail {

class SessionData {
public:
    static constexpr std::size_t kMaxMembers = 1024;

    /// What a request did: a member's new text, or nothing if it was erased.
    using Change = std::pair<std::string, std::optional<std::string>>;

    SessionData() = default;
    SessionData(const SessionData&) = delete;
    SessionData& operator=(const SessionData&) = delete;

    /// Begins with what `text`, a JSON object, holds. False if it is none, or none that a session could have become; the data is
    /// empty then.
    bool load(std::string text);
    /// Nothing in it, and nothing changed.
    void reset();

    /// The text of a member, or nothing.
    std::optional<std::string_view> text(std::string_view name);
    /// Replaces a member, or adds it. The same text changes nothing.
    void set_text(std::string_view name, std::string text);
    /// The value of a member, for reading; null if there is none. Lifetime: until it is set or erased.
    const json::Value* value(std::string_view name);
    /// For changing, made as null if there is none.
    json::Value& lend(std::string_view name);
    bool erase(std::string_view name);
    /// Erases everything.
    void clear();
    std::vector<std::string> names() const;
    std::size_t size() const { return members_.size(); }

    void mark_changed() { is_marked_ = true; }
    /// Whether a save is needed; looks at what was lent. Errors: std::length_error for values nested too deeply.
    bool is_changed();
    /// All of it as JSON.
    std::string to_text();
    /// What differs from what was loaded.
    std::vector<Change> changes();
    void apply(std::vector<Change> changes);
    /// What is there now is what is stored.
    void mark_saved();

private:
    struct Member {
        std::string name;
        std::string_view loaded;         // its text within text_, or
        std::optional<std::string> own;  // what it became
        std::unique_ptr<json::Value> value;
        bool is_lent = false;
        bool is_changed = false;

        std::string_view text() const { return own ? std::string_view(*own) : loaded; }
    };

    Member* find(std::string_view name);
    Member& find_or_add(std::string_view name);
    json::Value& value_of(Member& member);
    /// Lets the text of a member follow its lent value.
    void settle(Member& member);
    void settle();

    std::string text_;
    std::vector<Member> members_;
    std::vector<std::string> erased_;
    bool is_marked_ = false;
};

}  // namespace indrik::sessions::detail
