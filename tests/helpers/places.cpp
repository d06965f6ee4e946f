// The one test source that knows absolute paths: all others compile to the same objects in every checkout, so that a
// compiler cache serves them.
#include "helpers/places.h"

namespace useipsec {

std::filesystem::path source_dir() { return SOURCE_DIR; }
std::filesystem::path helpers_dir() { return HELPERS_DIR; }

}  // namespace useipsec
