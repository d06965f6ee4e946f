#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/ladder/ladder.h"

namespace useipsec {

/// Links in a row, between two columns, on which an address was the same.
struct Stretch {
  std::size_t left = 0, right = 0;  ///< columns
  std::string text;
};

/// How a row says its addresses: the end that a NAT rewrote stands at the links where it was so, what stayed the same
/// is said in words. Both in words where the first does not fit.
struct RowAddresses {
  std::vector<Stretch> along;
  std::vector<std::string> words;
};

RowAddresses row_addresses(const LadderRow& row, const std::function<bool(const Stretch&)>& fits);

/// "22 x ESP in UDP 0x5052ae22 seq 1-22"
std::string row_title(const LadderRow& row);

}  // namespace useipsec
