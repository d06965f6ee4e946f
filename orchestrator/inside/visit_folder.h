#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace useipsec {

// The folder through which visitors reach a held lab: <run>/.work/inside, for its owner alone. Everything in it is made
// whole and renamed, so that whoever looks sees it finished or not at all.

/// What stands in the folder of one visit. The visitor makes it and takes it away; where it ends without a word the
/// porter does. Once it is away the visit is over.
struct VisitFolder {
  std::filesystem::path path;

  std::filesystem::path request() const { return path / "request.json"; }
  std::filesystem::path input() const { return path / "in"; }         ///< letters to the program's standard input
  std::filesystem::path control() const { return path / "control"; }  ///< signals and sizes, which overtake input
  std::filesystem::path output() const { return path / "out"; }       ///< all that the agent says
  /// A FIFO that the visitor holds open: who reads it hears of the visitor's end, however that comes.
  std::filesystem::path life() const { return path / "life"; }
};

/// A person may take as long as a person takes.
inline constexpr std::chrono::hours for_ever{365 * 24};

/// Of a run's folder.
inline std::filesystem::path inside_folder(const std::filesystem::path& run) { return run / ".work" / "inside"; }

/// Makes the folder; mode 0700. Throws Error.
void make_inside_folder(const std::filesystem::path& inside);
/// The folder is a visit's, neither its draft nor what is left of one.
bool is_visit_name(const std::string& name);
/// Takes a visit away: at once for whoever looks, then its files.
void remove_visit(const VisitFolder& visit);

}  // namespace useipsec
