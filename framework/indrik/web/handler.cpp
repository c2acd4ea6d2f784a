#include "indrik/web/handler.hpp"

namespace indrik::web {

Task<Response> Handler::call_plain(const Handler& handler, Request& request) {
    co_return handler.plain_(request);
}

}  // namespace indrik::web
