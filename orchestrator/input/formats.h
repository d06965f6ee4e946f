#pragma once

#include "input/shape.h"

namespace useipsec {

// The kinds of text that files are made of. Names are narrow on purpose: they become folder, interface and
// connection names, so that a hostile file reaches nothing through them.

TextFormat name_format();            ///< [a-z0-9-]{1,40}: scenarios, nodes, probes, variants
TextFormat name_pattern_format();    ///< a name, or r* for every r and a number
TextFormat interface_name_format();  ///< [a-z0-9-]{1,15}: links (IFNAMSIZ of linux/if.h)
TextFormat address_format();         ///< an IPv4 or IPv6 address
TextFormat prefix_format();          ///< address/length
TextFormat address_or_prefix_format();
TextFormat pattern_format();  ///< a regular expression (ECMAScript) of at most 200 characters
TextFormat token_format();    ///< letters, digits and . _ - : @ /: algorithm names, identities
TextFormat secret_format();   ///< printable ASCII without quotes and backslashes, 1 to 200

}  // namespace useipsec
