#include "indrik/web/response_helpers.hpp"

#include <utility>

#include "indrik/http/content_disposition.hpp"
#include "indrik/http/mime_types.hpp"

namespace indrik::web {

Response no_content() {
    return Response(http::Status::NoContent);
}

Response attachment(std::string_view file_name, std::string bytes) {
    Response response;
    response.body(std::move(bytes), http::media_type_of(file_name));
    return as_attachment(std::move(response), file_name);
}

Response as_attachment(Response response, std::string_view file_name) {
    response.header(http::Field::ContentDisposition, http::format_attachment(file_name));
    return response;
}

}  // namespace indrik::web
