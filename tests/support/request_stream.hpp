#pragma once
// The parsers of requests as a connection uses them: what they find in a stream of requests.
//
//   RequestStream stream;
//   stream.feed(bytes);           // in any fragmentation
//   stream.complete();            // the requests whose ends have come

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/http/chunked.hpp"
#include "indrik/http/parser.hpp"

namespace indrik::test {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct FoundRequest {
    std::string method;
    std::string target;
    std::string version;
    Fields fields;
    std::string body;
    Fields trailers;

    friend bool operator==(const FoundRequest&, const FoundRequest&) = default;
};

class RequestStream {
public:
    RequestStream() = default;
    RequestStream(const RequestStream&) = delete;  // the head points into what was received
    RequestStream& operator=(const RequestStream&) = delete;

    /// What comes behind an error, or behind a request that ends its connection, is not looked at.
    void feed(std::string_view bytes) {
        received_ += bytes;
        while (open_ && (in_body_ ? read_body() : read_head())) {
        }
    }

    /// The requests whose ends have come.
    std::vector<FoundRequest> complete() const {
        std::vector<FoundRequest> requests = requests_;
        if (in_body_) requests.pop_back();
        return requests;
    }
    bool is_open() const { return open_; }

private:
    bool read_head() {
        if (received_.empty()) return false;
        const auto size = parser_.parse(received_, head_);
        if (!size || *size == 0) {
            open_ = size.has_value();
            return false;
        }
        FoundRequest& request = requests_.emplace_back();
        request.method = head_.method_text;
        request.target = head_.target;
        request.version = head_.version == http::Version::Http10 ? "1.0" : "1.1";
        request.fields = copy(head_.headers);
        remaining_ = head_.content_length;
        decoder_ = http::ChunkedDecoder();
        received_.erase(0, *size);
        // The server takes a CONNECT no further.
        open_ = head_.method != http::Method::Connect;
        in_body_ = open_;
        return open_;
    }

    bool read_body() {
        std::string& body = requests_.back().body;
        if (head_.framing == http::BodyFraming::Chunked) {
            const auto step = decoder_.feed(received_);
            open_ = step.has_value();
            if (!open_) return false;
            body += step->data;
            received_.erase(0, step->consumed);
            if (!decoder_.done()) return step->consumed != 0;
            requests_.back().trailers = copy(decoder_.trailers());
        } else {
            const std::size_t size = std::min<std::size_t>(remaining_, received_.size());
            body.append(received_, 0, size);
            received_.erase(0, size);
            remaining_ -= size;
            if (remaining_ != 0) return false;
        }
        in_body_ = false;
        open_ = head_.keep_alive;
        return open_;
    }

    static Fields copy(const http::Headers& headers) {
        Fields fields;
        for (const http::HeaderField field : headers) {
            fields.emplace_back(std::string(field.name), std::string(field.value));
        }
        return fields;
    }

    http::RequestParser parser_;
    http::RequestHead head_;
    http::ChunkedDecoder decoder_;
    std::string received_;
    std::vector<FoundRequest> requests_;
    std::uint64_t remaining_ = 0;
    bool in_body_ = false;
    bool open_ = true;
};

}  // namespace indrik::test
