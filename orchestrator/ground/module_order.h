#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace useipsec {

/// The files to load, each after all it depends on, for the wanted modules out of a modules.dep text (depmod(8)).
/// Names are module names, with `-` and `_` alike (`ghash-generic`); a name that modules.dep does not know is built in
/// or absent and is left out. Paths are as in the text, relative to the folder it lies in.
std::vector<std::string> module_order(std::string_view modules_dep, const std::vector<std::string>& wanted);

/// What the labs use: IPsec with the algorithms of the usual IKE daemons, NAT, links, impairments.
const std::vector<std::string>& lab_modules();

}  // namespace useipsec
