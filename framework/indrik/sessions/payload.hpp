#pragma once
// The text of a session, the same in all storages and in aiohttp_session: {"created": 1700000000, "session": {...}}
//
// A session with a lifetime of its own has "max_age" before "session"; others ignore it.

#include <string>
#include <string_view>

#include "indrik/sessions/record.hpp"

namespace indrik::sessions {

/// created, own_max_age and data of a record.
std::string format_payload(const Record& record);
/// The same back. False for what is no such text; `data` may still turn out to be no object. Members beside these are ignored, if they
/// stand before "session".
bool parse_payload(std::string_view text, Record& record);

}  // namespace indrik::sessions
