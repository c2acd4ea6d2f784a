#include "indrik/web/vary.hpp"

#include "indrik/http/tokens.hpp"

namespace indrik::web {

void vary_by(http::Headers& fields, std::string_view name) {
    if (fields.contains(http::Field::Vary)) {
        for (const std::string_view value : fields.get_all(http::Field::Vary)) {
            if (http::list_contains(value, name) || http::list_contains(value, "*")) return;
        }
    }
    fields.append(http::Field::Vary, name);
}

}  // namespace indrik::web
