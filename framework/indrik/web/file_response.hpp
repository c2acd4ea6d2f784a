#pragma once
// A response whose body is a file: conditional, in ranges, precompressed, and sent by the kernel.
//
//   Task<web::Response> report(web::Request& request) {
//       co_return co_await web::send_file(request, "/var/lib/app/report.pdf");
//   }
//   Task<web::Response> invoice(web::Request& request) {
//       web::FileResponse file("/var/lib/app/" + number + ".pdf");
//       file.attachment("invoice.pdf").cache_control("private, no-cache");
//       co_return co_await file.send(request);
//   }
//
// Answers GET and HEAD with 200, 206, 304, 412, 416, or 404 if there is no such file. The disk is read on the loop, like memory:
// what is served should be on a disk that answers at once.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/core/task.hpp"
#include "indrik/http/range.hpp"
#include "indrik/web/open_file.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

class Request;
class ResponseChannel;

/// Sent once. Lifetime: until send() has ended.
class FileResponse {
public:
    /// A path of the application's choice: never one that a client has sent. Symbolic links are followed.
    explicit FileResponse(std::filesystem::path path) : path_(std::move(path)) {}
    /// A file that was found before.
    explicit FileResponse(std::shared_ptr<const FileVariants> file) : file_(std::move(file)) {}

    /// Replaces a field. Errors: as Response::header.
    FileResponse& header(std::string_view name, std::string_view value);
    /// Instead of what the file's extension says.
    FileResponse& content_type(std::string_view type);
    FileResponse& cache_control(std::string_view value);
    /// Makes browsers save it under that name; the file's own by default.
    FileResponse& attachment(std::string_view file_name = {});
    /// Whether "name.br", "name.zst" or "name.gz" are sent to those who take them; not by default.
    FileResponse& precompressed(bool allowed);

    /// Sends the response, and returns what the handler is to return.
    /// Errors: std::system_error if the peer is gone, or takes nothing for the write timeout; std::runtime_error if the file becomes
    /// shorter. The connection is then closed. std::logic_error if the request has a response already.
    Task<Response> send(Request& request);

private:
    struct Parts;

    /// The original, or the sibling that the client likes best.
    const OpenFile& choose(const Request& request);
    http::RangeSelection select_ranges(const Request& request, const OpenFile& file) const;
    Response answer_without_body(http::Status status);
    Parts make_parts(const OpenFile& file, const std::vector<http::ByteRange>& ranges);
    Task<> send_parts(ResponseChannel& channel, int file, Parts parts);

    std::filesystem::path path_;
    std::shared_ptr<const FileVariants> file_;
    Response head_;
    bool precompressed_ = false;
};

/// FileResponse without options.
Task<Response> send_file(Request& request, std::filesystem::path path);

}  // namespace indrik::web
