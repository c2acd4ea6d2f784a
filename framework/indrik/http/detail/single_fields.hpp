#pragma once
// Fields that may appear once, and what is wrong if they appear again.

#include "indrik/http/errors.hpp"
#include "indrik/http/headers.hpp"

namespace indrik::http::detail {

/// Whether the bit of `id` is set in `mask`.
constexpr bool is_in(Field id, const Headers::Mask& mask) {
    const auto number = static_cast<std::size_t>(id);
    return (mask.words[number / 64] >> (number % 64) & 1) != 0;
}

inline Error duplicate_error(Field id) {
    switch (id) {
        case Field::Host:
            return Error::BadHost;
        case Field::ContentLength:
            return Error::BadContentLength;
        case Field::TransferEncoding:
            return Error::BadTransferEncoding;
        default:
            return Error::DuplicateField;
    }
}

}  // namespace indrik::http::detail
