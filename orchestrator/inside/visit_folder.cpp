#include "inside/visit_folder.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/error.h"

namespace fs = std::filesystem;

namespace useipsec {

void make_inside_folder(const fs::path& inside) {
  fs::create_directories(inside.parent_path());
  fs::remove_all(inside);  // what a killed run left
  const int made = ::mkdir(inside.c_str(), 0700);
  const int code = errno;
  if (made < 0) throw system_error(code, "making " + inside.string());
}

bool is_visit_name(const std::string& name) { return name.rfind("visit-", 0) == 0; }

void remove_visit(const VisitFolder& visit) {
  const auto away = visit.path.parent_path() / ("away-" + visit.path.filename().string());
  std::error_code error;
  fs::rename(visit.path, away, error);
  if (!error) fs::remove_all(away, error);
}

}  // namespace useipsec
