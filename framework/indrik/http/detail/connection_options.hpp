#pragma once
// The options of the Connection field that http/ itself understands (RFC 9110 section 7.6.1).

#include "indrik/http/headers.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http::detail {

struct ConnectionOptions {
    bool close = false;
    bool keep_alive = false;
    bool upgrade = false;
};

/// Of all Connection fields together.
inline ConnectionOptions read_connection_options(const Headers& headers) {
    ConnectionOptions options;
    for (const HeaderField field : headers) {
        if (field.id != Field::Connection) continue;
        options.close = options.close || list_contains(field.value, "close");
        options.keep_alive = options.keep_alive || list_contains(field.value, "keep-alive");
        options.upgrade = options.upgrade || list_contains(field.value, "upgrade");
    }
    return options;
}

}  // namespace indrik::http::detail
