#include "report/wireshark/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "report/wireshark/esp_sa.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

constexpr std::string_view preferences = R"(# Wireshark preferences of one useipsec case.
esp.enable_encryption_decode: TRUE
esp.enable_authentication_check: TRUE
esp.enable_null_encryption_decode_heuristic: TRUE
udpencap.port: 4500
gui.column.format:
	"No.", "%m",
	"Time", "%t",
	"Left", "%Cus:frame.interface_name:0:R",
	"Source", "%s",
	"Destination", "%d",
	"Protocol", "%p",
	"SPI", "%Cus:esp.spi or ah.spi:0:R",
	"Sequence", "%Cus:esp.sequence or ah.sequence:0:R",
	"Info", "%i"
)";

// The last that fits loses: Wireshark takes the first.
constexpr std::string_view colours = R"(# Colours of one useipsec case.
@Integrity check failed@esp.icv_bad == 1@[65535,52428,52428][36751,0,0]
@IKE@isakmp@[58339,61937,65535][3855,20303,43690]
@ESP@esp@[59110,63993,60652][3341,23130,13878]
@AH@ah@[59110,63993,60652][3341,23130,13878]
@Links by themselves@arp or icmpv6.type in {130..137} or icmpv6.type == 143 or igmp@[62194,62708,63222][23130,26471,29298]
@In the clear@ip or ipv6@[65535,60138,59110][35466,5911,3855]
)";

/// strongSwan writes these tables where it is told to keep keys; a capture folder may have them from several nodes.
std::string ike_table(const StoredCase& stored, const std::string& name, std::size_t& count) {
  constexpr std::uintmax_t largest = 1 << 20;
  std::set<std::string> lines;
  std::error_code error;
  for (const auto& node : fs::directory_iterator(stored.folder / "nodes", error)) {
    const auto file = node.path() / name;
    if (!fs::is_regular_file(fs::symlink_status(file, error)) || fs::file_size(file, error) > largest) continue;
    const auto text = read_text(file);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      if (end > at && text[at] != '#') lines.insert(text.substr(at, end - at));
      at = end + 1;
    }
  }
  std::string result;
  for (const auto& line : lines) result += line + "\n";
  count += lines.size();
  return result;
}

std::string quoted(const fs::path& path) {
  std::string text = "'";
  for (const char letter : path.string()) text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return text + "'";
}

}  // namespace

WiresharkProfile wireshark_profile(const StoredCase& stored) {
  WiresharkProfile profile;
  profile.files = {{"preferences", std::string(preferences)}, {"colorfilters", std::string(colours)}};
  if (stored.observations) {
    auto table = esp_sa_table(*stored.observations);
    profile.sas = table.sas;
    profile.left_out = std::move(table.left_out);
    profile.files.push_back({"esp_sa", std::move(table.text)});
  }
  if (!stored.folder.empty())
    for (const auto* name : {"ikev1_decryption_table", "ikev2_decryption_table"})
      if (auto text = ike_table(stored, name, profile.ike_sas); !text.empty())
        profile.files.push_back({name, std::move(text)});
  return profile;
}

std::string wireshark_command(const fs::path& profile, const fs::path& capture) {
  return fmt::format("WIRESHARK_CONFIG_DIR={} wireshark {}", quoted(profile), quoted(capture));
}

}  // namespace useipsec
