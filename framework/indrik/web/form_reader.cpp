#include "indrik/web/form_reader.hpp"

#include <memory>
#include <utility>

#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

/// What the fields of one form share.
class FormSpool {
public:
    explicit FormSpool(const FormLimits& limits) : limits_(limits) {}

    Task<std::string> read_text(BodyPart part) {
        std::string text = co_await part.text(limits_.memory_bytes - used_bytes_);
        used_bytes_ += text.size();
        // Latin-1 may have grown in UTF-8.
        if (used_bytes_ > limits_.memory_bytes)
            throw HTTPRequestEntityTooLarge(limits_.memory_bytes);
        co_return text;
    }

    Task<UploadedFile> read_file(BodyPart part) {
        std::string head;  // of the file, as long as it may stay in memory
        std::uint64_t offset = 0;
        bool on_disk = false;
        for (;;) {
            const std::string_view piece = co_await part.read_chunk();
            if (piece.empty()) break;
            if (!on_disk && fits(head.size() + piece.size())) {
                head += piece;
                continue;
            }
            if (!std::exchange(on_disk, true)) offset = move_to_disk(head);
            file_->append(piece);
        }
        if (on_disk) co_return UploadedFile(file_, offset, file_->size() - offset);
        used_bytes_ += head.size();
        co_return UploadedFile(std::move(head));
    }

private:
    bool fits(std::size_t size) const {
        return size <= limits_.memory_file_bytes && size <= limits_.memory_bytes - used_bytes_;
    }
    std::uint64_t move_to_disk(std::string& head) {
        if (!file_) file_ = std::make_shared<TemporaryFile>(limits_.directory);
        const std::uint64_t offset = file_->size();
        file_->append(head);
        head = std::string();
        return offset;
    }

    const FormLimits& limits_;
    std::size_t used_bytes_ = 0;
    std::shared_ptr<TemporaryFile> file_;
};

}  // namespace

Task<FormData> read_form(MultipartReader& reader, const FormLimits& limits) {
    FormSpool spool(limits);
    std::vector<FormField> fields;
    while (auto part = co_await reader.next()) {
        FormField field;
        field.name = part.name();
        if (field.name.empty()) throw HTTPBadRequest("a part of the form has no name");
        if (const auto filename = part.filename()) {
            auto file = std::make_shared<FileField>();
            file->name = field.name;
            file->filename = *filename;
            file->content_type = part.content_type();
            file->headers = part.headers();
            file->file = co_await spool.read_file(part);
            file->size = file->file.size();
            field.file = std::move(file);
        } else {
            field.text = co_await spool.read_text(part);
        }
        fields.push_back(std::move(field));
    }
    co_return FormData(std::move(fields));
}

}  // namespace indrik::web
