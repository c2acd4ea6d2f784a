#pragma once
// Answers that are made often. Files of the disk are web::send_file's, problems web::problem's.
//
//   co_return web::no_content();
//   co_return web::attachment("report.csv", std::move(csv));

#include <string>
#include <string_view>

#include "indrik/web/response.hpp"

namespace indrik::web {

/// 204.
Response no_content();

/// What browsers save under that name instead of showing it. The content type is that of the name's extension.
Response attachment(std::string_view file_name, std::string bytes);

/// The same for a response that has its body already: sets Content-Disposition.
Response as_attachment(Response response, std::string_view file_name);

}  // namespace indrik::web
