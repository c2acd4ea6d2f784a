#include "indrik/web/middlewares/wrap.hpp"

#include <memory>
#include <stdexcept>

namespace indrik::web {
namespace {

struct Wrapped {
    Middleware middleware;
    Handler handler;
};

}  // namespace

Handler wrap(Middleware middleware, Handler handler) {
    if (!middleware) throw std::invalid_argument("the middleware is empty");
    // Handlers are copied while routes are made; what is inside must keep its address.
    auto kept = std::make_shared<const Wrapped>(Wrapped{std::move(middleware), std::move(handler)});
    Handler wrapped([kept](Request& request) -> Task<Response> {
        return kept->middleware(request, Next(nullptr, nullptr, kept->handler));
    });
    wrapped.take_path_of(kept->handler);
    return wrapped;
}

}  // namespace indrik::web
