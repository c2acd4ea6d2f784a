#pragma once
// What a running function changes in the renderer, and puts back.

#include <string>

#include "indrik/templates/renderer.hpp"

namespace indrik::templates {

/// Sends the output elsewhere while it lives.
class Renderer::Capture {
public:
    Capture(Renderer& renderer, std::string& out) : renderer_(renderer), outer_(renderer.out_) {
        renderer.out_ = &out;
    }
    ~Capture() { renderer_.out_ = outer_; }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

private:
    Renderer& renderer_;
    std::string* outer_;
};

/// The escaping of the context that a function belongs to.
class Renderer::Activation {
public:
    Activation(Renderer& renderer, const Frame& frame)
        : renderer_(renderer), outer_(renderer.autoescape()) {
        renderer.set_autoescape(frame.context->autoescape);
    }
    ~Activation() { renderer_.set_autoescape(outer_); }
    Activation(const Activation&) = delete;
    Activation& operator=(const Activation&) = delete;

private:
    Renderer& renderer_;
    bool outer_;
};

}  // namespace indrik::templates
