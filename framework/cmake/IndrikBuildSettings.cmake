# Compiler settings shared by every target of this tree; nothing here reaches an installed package.
if(NOT CMAKE_BUILD_TYPE AND PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")

find_program(INDRIK_CCACHE ccache)
if(INDRIK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${INDRIK_CCACHE}")
endif()

add_library(indrik_build_settings INTERFACE)
target_compile_options(indrik_build_settings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<BOOL:${INDRIK_WARNINGS_AS_ERRORS}>:-Werror>
    -fno-semantic-interposition)
if(INDRIK_SANITIZE)
    target_compile_options(indrik_build_settings INTERFACE
        -fsanitize=${INDRIK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(indrik_build_settings INTERFACE -fsanitize=${INDRIK_SANITIZE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False alarms of g++ 12 about `"text" + std::string` (GCC PR 105329 and 105651).
    target_compile_options(indrik_build_settings INTERFACE -Wno-restrict)
    if(INDRIK_PRECOMPILED_HEADERS)
        # It forgets which precompiled headers are the system's, and warns of what it has inlined from them.
        target_compile_options(indrik_build_settings INTERFACE
            -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Coroutine parameters that are only kept alive for the frame look unused to clang.
    target_compile_options(indrik_build_settings INTERFACE -Wno-sign-conversion)
endif()
