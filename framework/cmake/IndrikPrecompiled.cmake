# Precompiled headers, which halve the time of a build. They hold nothing but what changes with the system: the standard
# library, Asio, fmt and GoogleTest. Whatever includes too little is found by the test of self-contained headers, and by a
# build with -DINDRIK_PRECOMPILED_HEADERS=OFF.
option(INDRIK_PRECOMPILED_HEADERS "Build with precompiled headers" ${PROJECT_IS_TOP_LEVEL})

set(INDRIK_COMMON_HEADERS
    <algorithm> <array> <charconv> <chrono> <cstdint> <cstring> <exception> <filesystem> <functional> <map> <memory> <optional>
    <span> <stdexcept> <string> <string_view> <system_error> <tuple> <type_traits> <unordered_map> <utility> <variant> <vector>
    <asio/awaitable.hpp> <asio/bind_executor.hpp> <asio/co_spawn.hpp> <asio/error.hpp> <asio/io_context.hpp> <asio/post.hpp>
    <asio/steady_timer.hpp> <asio/use_awaitable.hpp> <fmt/format.h>)

# indrik_precompile(<target> HEADERS header... | FROM <target>)
#
# Gives a target precompiled headers of its own, or those of another target whose compiler options are the same.
function(indrik_precompile target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FROM" "HEADERS")
    if(NOT INDRIK_PRECOMPILED_HEADERS)
        return()
    endif()
    if(arg_FROM)
        target_precompile_headers(${target} REUSE_FROM ${arg_FROM})
    else()
        target_precompile_headers(${target} PRIVATE ${arg_HEADERS})
    endif()
endfunction()
