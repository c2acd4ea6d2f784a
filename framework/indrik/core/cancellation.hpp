#pragma once
// How cancellation looks to code: the exception that Asio throws, std::system_error with
// asio::error::operation_aborted. Where it can strike and what cleans up:
// framework/docs/cancellation.md.
//
//   } catch (const std::system_error& error) {
//       if (is_cancelled(error)) throw;     // no failure: somebody asked this task to end

#include <exception>
#include <system_error>

namespace indrik {

/// Whether this is what a cancelled wait throws (a wait ended by closing its socket or timer throws
/// the same).
bool is_cancelled(const std::error_code& error);
bool is_cancelled(const std::system_error& error);
/// REQUIRES: error is not null.
bool is_cancelled(const std::exception_ptr& error);

/// Throws what a cancelled wait throws.
[[noreturn]] void throw_cancelled();

}  // namespace indrik
