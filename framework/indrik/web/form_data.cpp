#include "indrik/web/form_data.hpp"

#include <algorithm>

namespace indrik::web {

UploadedFile::UploadedFile(std::string bytes)
    : bytes_(std::make_shared<const std::string>(std::move(bytes))), size_(bytes_->size()) {}

UploadedFile::UploadedFile(std::shared_ptr<const TemporaryFile> file,
                           std::uint64_t offset,
                           std::uint64_t size)
    : file_(std::move(file)), offset_(offset), size_(size) {}

std::string UploadedFile::read(std::uint64_t offset, std::size_t size) const {
    if (offset >= size_) return {};
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - offset));
    if (file_) return file_->read(offset_ + offset, size);
    return bytes_->substr(static_cast<std::size_t>(offset), size);
}

void UploadedFile::copy_to(int fd) const {
    if (file_) {
        file_->copy_to(fd, offset_, size_);
    } else if (bytes_) {
        write_fully(fd, *bytes_);
    }
}

FormData::FormData(std::vector<FormField> fields)
    : fields_(std::make_shared<const std::vector<FormField>>(std::move(fields))) {}

FormData::FormData(const http::QueryParameters& parameters) {
    std::vector<FormField> fields;
    fields.reserve(parameters.size());
    for (const auto& [name, value] : parameters) fields.push_back({name, value, nullptr});
    fields_ = std::make_shared<const std::vector<FormField>>(std::move(fields));
}

const std::vector<FormField>& FormData::fields() const {
    static const std::vector<FormField> none;
    return fields_ ? *fields_ : none;
}

bool FormData::contains(std::string_view name) const {
    return std::any_of(begin(), end(), [name](const FormField& f) { return f.name == name; });
}

std::optional<std::string_view> FormData::get(std::string_view name) const {
    for (const FormField& field : fields()) {
        if (!field.is_file() && field.name == name) return field.text;
    }
    return std::nullopt;
}

std::vector<std::string_view> FormData::get_all(std::string_view name) const {
    std::vector<std::string_view> texts;
    for (const FormField& field : fields()) {
        if (!field.is_file() && field.name == name) texts.emplace_back(field.text);
    }
    return texts;
}

const FileField* FormData::file(std::string_view name) const {
    for (const FormField& field : fields()) {
        if (field.is_file() && field.name == name) return field.file.get();
    }
    return nullptr;
}

std::vector<const FileField*> FormData::files() const {
    std::vector<const FileField*> files;
    for (const FormField& field : fields()) {
        if (field.is_file()) files.push_back(field.file.get());
    }
    return files;
}

http::QueryParameters FormData::texts() const {
    http::QueryParameters texts;
    for (const FormField& field : fields()) {
        if (!field.is_file()) texts.append(field.name, field.text);
    }
    return texts;
}

}  // namespace indrik::web
