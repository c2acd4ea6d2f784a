#pragma once
// Responses made of described structs, straight to text (json/described.hpp).
//
//   co_return web::json_response(project, 201);

#include <concepts>
#include <utility>

#include "indrik/json/described.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

/// Of whatever has a JSON form and is no json::Value: a described struct, a vector of them.
template <class T>
requires(!std::convertible_to<const T&, json::Value>) Response
    json_response(const T& value, int status = 200) {
    return Response(status).json_text(json::to_text(value));
}

}  // namespace indrik::web
