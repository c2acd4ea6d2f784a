// Handlers that are none, one for each value of CASE; binding_errors_test.py reads what the compiler says about them.
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#if CASE == 1
#include "indrik/web/route_def.hpp"
#else
#include "indrik/web/binding.hpp"
#include "indrik/web/view.hpp"
#endif

namespace web = indrik::web;
using indrik::Task;

#if CASE != 1
struct Described {
    std::string text;
};
INDRIK_DESCRIBE(Described, text)

struct Plain {
    std::string text;
};

struct HasPointer {
    std::unique_ptr<int> pointer;
};
INDRIK_DESCRIBE(HasPointer, pointer)

struct Nested {
    Described inner;
};
INDRIK_DESCRIBE(Nested, inner)

class SilentView : public web::View {
public:
    void get() {}
};

class OverloadedView : public web::View {
public:
    web::Response get() { return {}; }
    web::Response get(int) { return {}; }
};

class ViewOfPlain : public web::View {
public:
    web::Response get(Described) { return {}; }
};
#endif

void add() {
#if CASE == 0
    web::get("/{id}", [](int, web::Query<Described>, web::Request&) { return "good"; });
#elif CASE == 1
    web::get("/{id}", [](int) { return web::Response(); });
#elif CASE == 2
    web::get("/", [] {});
#elif CASE == 3
    web::get("/", []() -> Task<> { co_return; });
#elif CASE == 4
    web::get("/", [](Described) { return web::Response(); });
#elif CASE == 5
    web::get("/", [] { return Plain(); });
#elif CASE == 6
    web::get("/", [] { return 204; });
#elif CASE == 7
    web::post("/", [](web::Json<Described>, web::Form<Described>) { return "text"; });
#elif CASE == 8
    web::get("/", [](const web::Query<Described>& query) -> Task<std::string> {
        co_return query->text;
    });
#elif CASE == 9
    web::get("/", [](web::Request) { return "text"; });
#elif CASE == 10
    web::get("/", [](auto, int) { return "text"; });
#elif CASE == 11
    web::get("/", [](web::Query<Plain>) { return "text"; });
#elif CASE == 12
    web::get("/", [](web::Query<Nested>) { return "text"; });
#elif CASE == 13
    web::get("/", [] { return HasPointer(); });
#elif CASE == 14
    web::post("/", [](web::Json<Plain>) { return "text"; });
#elif CASE == 15
    web::get("/", 42);
#elif CASE == 16
    web::view<SilentView>("/");
#elif CASE == 17
    web::view<OverloadedView>("/");
#elif CASE == 18
    web::view<ViewOfPlain>("/");
#endif
}
