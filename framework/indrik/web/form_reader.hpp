#pragma once
// Gathers a multipart form: what stands behind request.post().

#include <cstddef>
#include <cstdint>
#include <string>

#include "indrik/core/task.hpp"
#include "indrik/web/form_data.hpp"
#include "indrik/web/multipart_reader.hpp"

namespace indrik::web {

/// The total is limited by the reader.
struct FormLimits {
    std::size_t memory_file_bytes = 64 * 1024;  // larger files go to the temporary file
    std::size_t memory_bytes = 1024 * 1024;     // what texts and small files may take together;
                                                // beyond: files go to disk, and texts are refused
    std::string directory;                      // of the temporary file; as TemporaryFile has it
};

/// All files of a form that do not stay in memory lie one behind the other in one temporary file, so a form costs one descriptor
/// at most, however many files it has. It is written in the pieces that the body comes in, by the loop itself: into the page
/// cache, which takes microseconds a piece.
/// Errors: HTTPBadRequest for a part without name; as MultipartReader; std::system_error if the file cannot be written.
/// Lifetime: both outlive the await.
Task<FormData> read_form(MultipartReader& reader, const FormLimits& limits);

}  // namespace indrik::web
