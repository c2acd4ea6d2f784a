#include "indrik/web/decoded_body.hpp"

#include <string>

#include "indrik/web/exceptions.hpp"

namespace indrik::web {

void DecodedBody::fail() {
    failed_ = true;
    throw HTTPBadRequest("the body is not valid " +
                         std::string(http::to_string(decompressor_.coding())) + " data");
}

Task<std::string_view> DecodedBody::read_some() {
    output_.clear();
    if (failed_) fail();
    while (!at_end_) {
        if (input_.empty() && !output_full_) {
            input_ = co_await source_.read_some();
            if (input_.empty()) {
                // No body at all is an empty one.
                if (has_begun_ && !decompressor_.finish()) fail();
                at_end_ = true;
                break;
            }
            has_begun_ = true;
        }
        const auto step = decompressor_.feed(input_, output_, kPieceBytes);
        if (!step) fail();
        input_.remove_prefix(step->consumed);
        output_full_ = step->produced == kPieceBytes;
        if (step->produced != 0) break;
    }
    co_return output_.view();
}

}  // namespace indrik::web
