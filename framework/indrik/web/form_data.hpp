#pragma once
// A form as request.post() returns it: fields in the order in which they came, some of them files.
//
//   const web::FormData form = co_await request.post();
//   form.get("comment").value_or("");
//   if (const web::FileField* photo = form.file("photo")) {
//       photo->filename;  photo->content_type;  photo->size;
//       const std::string bytes = photo->file.read_all();
//   }
//
// Small files stay in memory, larger ones lie in a nameless temporary file, which is gone with the last FormData or FileField
// of the form. Forms that should not be gathered at all are read part by part: request.multipart().

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/http/headers.hpp"
#include "indrik/http/url.hpp"
#include "indrik/web/temporary_file.hpp"

namespace indrik::web {

/// The bytes of an uploaded file, wherever they are. Copies share them. Errors: std::system_error of what the disk says.
class UploadedFile {
public:
    UploadedFile() = default;
    explicit UploadedFile(std::string bytes);
    /// A range of a file that others may share.
    UploadedFile(std::shared_ptr<const TemporaryFile> file,
                 std::uint64_t offset,
                 std::uint64_t size);

    std::uint64_t size() const { return size_; }
    bool is_in_memory() const { return file_ == nullptr; }
    /// At most `size` bytes from `offset` on; fewer at the end.
    std::string read(std::uint64_t offset, std::size_t size) const;
    std::string read_all() const { return read(0, static_cast<std::size_t>(size_)); }
    /// Writes all of it to a file that is open for writing.
    void copy_to(int fd) const;

private:
    std::shared_ptr<const std::string> bytes_;
    std::shared_ptr<const TemporaryFile> file_;
    std::uint64_t offset_ = 0;
    std::uint64_t size_ = 0;
};

/// A file of a form.
struct FileField {
    std::string name;
    std::string filename;      // as the peer sent it: no name to give a file here (http::base_name)
    std::string content_type;  // as the peer sent it; "application/octet-stream" if it said nothing
    http::Headers headers;     // of the part
    std::uint64_t size = 0;    // bytes
    UploadedFile file;
};

/// A field of a form: a text or a file.
struct FormField {
    std::string name;
    std::string text;  // "" of a file
    std::shared_ptr<const FileField> file;

    bool is_file() const { return file != nullptr; }
};

/// Value type that shares its fields: copies cost nothing. Names may repeat and compare with regard to case.
class FormData {
public:
    using const_iterator = std::vector<FormField>::const_iterator;

    FormData() = default;
    explicit FormData(std::vector<FormField> fields);
    explicit FormData(const http::QueryParameters& parameters);

    std::size_t size() const { return fields().size(); }
    bool empty() const { return fields().empty(); }
    const_iterator begin() const { return fields().begin(); }
    const_iterator end() const { return fields().end(); }
    const FormField& operator[](std::size_t index) const { return fields()[index]; }

    /// Whether there is a field of that name, text or file.
    bool contains(std::string_view name) const;
    /// The first text of that name. Lifetime: that of the form.
    std::optional<std::string_view> get(std::string_view name) const;
    std::string_view get(std::string_view name, std::string_view otherwise) const {
        return get(name).value_or(otherwise);
    }
    /// Every text of that name, in order.
    std::vector<std::string_view> get_all(std::string_view name) const;
    /// The first file of that name; null if there is none. Lifetime: that of the form.
    const FileField* file(std::string_view name) const;
    /// Every file, in order.
    std::vector<const FileField*> files() const;
    /// The texts alone.
    http::QueryParameters texts() const;

private:
    const std::vector<FormField>& fields() const;

    std::shared_ptr<const std::vector<FormField>> fields_;
};

}  // namespace indrik::web
