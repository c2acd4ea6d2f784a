#pragma once
// What templates that were compiled into C++ are made of: `indrik templates compile` writes functions that use a Native for
// everything they do, with the same results, errors and limits as the renderer has when it walks the nodes.
//
// The nodes are still there (a compiled template's source is parsed once, when it is loaded): names, constants and whatever a
// function leaves to the renderer are looked up in them by number.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "indrik/templates/detail/activation.hpp"
#include "indrik/templates/detail/macro_site.hpp"
#include "indrik/templates/detail/native_base.hpp"
#include "indrik/templates/detail/render_objects.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates {

struct Native : detail::NativeBase {
    using MacroSite = detail::MacroSite;
    using NativeBase::NativeBase;

    /// The keyword argument with that number in the template.
    void keyword(CallValues& values, std::uint32_t expr, std::size_t number, Value value) const {
        Renderer::add_keyword(values, exprs[expr]->call->keywords[number].name, std::move(value));
    }
    void rest(CallValues& values, const Value& items) const { renderer.add_rest(values, items); }
    void rest_keywords(CallValues& values, const Value& items) const {
        Renderer::add_rest_keywords(values, items);
    }
    Value find_method(std::uint32_t callee, const Value& object) const {
        return renderer.find_method(*exprs[callee], object);
    }
    Value call_method(std::uint32_t callee,
                      const Value& object,
                      const Value& function,
                      const Arguments& given) const {
        return renderer.call_method(*exprs[callee], object, function, given);
    }

    /// `{{ name(...) }}`: a macro writes straight into the output. Counts the step of any other call.
    bool is_macro(const Value& function, bool escapes) const {
        if (escapes == renderer.autoescape() && function.as<detail::MacroObject>()) return true;
        renderer.step();
        return false;
    }
    /// The same from a place that is passed often.
    bool is_macro(const MacroSite& site, const Value& function, bool escapes) const {
        if (escapes == renderer.autoescape() && site.holds(function)) [[likely]]
            return true;
        return is_macro(function, escapes);
    }
    /// The same of `{{ module.name(...) }}`: the macro, or Missing.
    Value module_macro(std::uint32_t callee, const Value& object, bool escapes) const {
        if (escapes == renderer.autoescape() && object.as<detail::ModuleObject>()) {
            Value found = renderer.attribute(*exprs[callee], object);
            if (found.as<detail::MacroObject>()) return found;
        }
        renderer.step();
        return Value::missing();
    }
    /// REQUIRES (each): is_macro().
    void write_macro(const Value& macro) const { write_macro(macro, std::span<Value>()); }
    template <std::size_t Size>
    void write_macro(const Value& macro, Value (&positional)[Size]) const {
        [[maybe_unused]] auto& object = static_cast<detail::MacroObject&>(macro.object());
        [[maybe_unused]] const MacroInfo& info = object.info();
        if constexpr (Size <= detail::LightFrame::kFew) {
            if (info.is_light && info.slots.size() == Size) [[likely]] {
                write_light_macro(object, positional);
                return;
            }
        }
        write_macro(macro, std::span<Value>(positional));
    }
    /// The same from a place that is passed often.
    template <class... Parameters>
    void write_macro(MacroSite& site, const Value& macro, const Parameters&... parameters) const {
        constexpr std::size_t kCount = sizeof...(Parameters);
        auto& object = static_cast<detail::MacroObject&>(macro.object());
        const MacroInfo& info = object.info();
        if (info.is_light && info.slots.size() == kCount) [[likely]] {
            const Nesting nesting(renderer);
            renderer.step();
            run_light_macro(info, site.enter(macro, object, parameters...));
            site.template leave<kCount>();
            return;
        }
        Value positional[] = {parameters...};
        write_macro(macro, std::span<Value>(positional));
    }
    void write_macro(const Value& macro, std::span<Value> positional) const {
        renderer.invoke_macro(
            static_cast<detail::MacroObject&>(macro.object()), positional, *renderer.out_);
    }
    void write_macro(const Value& macro, const CallValues& values) const {
        renderer.invoke_macro(
            static_cast<detail::MacroObject&>(macro.object()), arguments(values), *renderer.out_);
    }

    /// Around the body of a macro that is called as a C++ function, with the frame of its place.
    class DirectCall {
    public:
        DirectCall(const Native& caller, MacroSite& site)
            : nesting_(caller.renderer), activation_(counted(caller.renderer), site.frame()) {}

    private:
        static Renderer& counted(Renderer& renderer) { return renderer.step(), renderer; }
        Nesting nesting_;
        Renderer::Activation activation_;
    };
    void add_place(TemplateError& error) const { Renderer::add_place(error, frame); }

private:
    /// What Renderer::invoke_macro() does, of a macro that needs little of it.
    template <std::size_t Size>
    void write_light_macro(detail::MacroObject& macro, Value (&positional)[Size]) const {
        const MacroInfo& info = macro.info();
        const Nesting nesting(renderer);
        renderer.step();
        const detail::LightFrame inner(macro.frame(), info.function.slots, positional);
        inner->line = info.light_line;
        run_light_macro(info, *inner);
    }
    void run_light_macro(const MacroInfo& info, Frame& inner) const {
        const Renderer::Activation activation(renderer, inner);
        try {
            info.function.native[0](renderer, inner);
        } catch (TemplateError& error) {
            Renderer::add_place(error, inner);
            throw;
        }
    }
};

}  // namespace indrik::templates
