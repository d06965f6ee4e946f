#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "observe/observations.h"

namespace useipsec {

/// The words of observations.json for LogKind.
inline constexpr std::array<std::pair<LogKind, std::string_view>, 7> log_kind_words{{{LogKind::other, "other"},
                                                                                     {LogKind::ready, "ready"},
                                                                                     {LogKind::ike_up, "ike-up"},
                                                                                     {LogKind::ike_down, "ike-down"},
                                                                                     {LogKind::child_up, "child-up"},
                                                                                     {LogKind::refused, "refused"},
                                                                                     {LogKind::warning, "warning"}}};

}  // namespace useipsec
