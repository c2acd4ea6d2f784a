#include "indrik/templates/json_values.hpp"

#include "indrik/templates/errors.hpp"

namespace indrik::templates {

Value to_value(const json::Value& json) {
    switch (json.kind()) {
        case boost::json::kind::null:
            return {};
        case boost::json::kind::bool_:
            return json.get_bool();
        case boost::json::kind::int64:
            return json.get_int64();
        case boost::json::kind::uint64:
            if (json.get_uint64() > static_cast<std::uint64_t>(INT64_MAX)) {
                fail(ErrorKind::Overflow,
                     "integer of more than 64 bits: " + std::to_string(json.get_uint64()));
            }
            return json.get_uint64();
        case boost::json::kind::double_:
            return json.get_double();
        case boost::json::kind::string: {
            const json::String& text = json.get_string();
            return std::string_view(text.data(), text.size());
        }
        case boost::json::kind::array: {
            Values items;
            items.reserve(json.get_array().size());
            for (const json::Value& item : json.get_array()) items.push_back(to_value(item));
            return Value::list(std::move(items));
        }
        case boost::json::kind::object:
            return Value::dict(to_dict(json.get_object()));
    }
    return {};
}

Dict to_dict(const json::Object& json) {
    Dict dict;
    for (const auto& entry : json) {
        const auto key = entry.key();
        dict.set(Value(std::string_view(key.data(), key.size())), to_value(entry.value()));
    }
    return dict;
}

}  // namespace indrik::templates
