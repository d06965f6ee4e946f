#pragma once

#include <string>
#include <string_view>

namespace useipsec {

/// Before the teardown of which cases a run stops, so that somebody can look inside.
enum class Pause { never, unexpected, always };

inline std::string_view to_string(Pause pause) { return pause == Pause::always ? "always" : pause == Pause::unexpected ? "unexpected" : "never"; }
inline Pause pause_of(std::string_view word) { return word == "always" ? Pause::always : word == "unexpected" ? Pause::unexpected : Pause::never; }

}  // namespace useipsec
