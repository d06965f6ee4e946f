#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "engine/strongswan/vici.h"
#include "observe/observations.h"
#include "scenario/scenario.h"
#include "xfrm/values.h"

namespace useipsec {

// What an engine makes of a profile for one node: values only. The lab carries them out.

/// A file to write below the node's private folder.
struct RenderedFile {
  std::string path;     ///< relative to the node's folder
  std::string text;     ///< "{dir}" in it stands for the node's folder
  bool secret = false;  ///< holds a key
};

/// A daemon's line and what it means.
struct LogPattern {
  std::regex pattern;
  LogKind kind;
};

/// A program to run, with the node's folder written as "{dir}" and the seed folder of the run as "{seed}".
struct Command {
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> environment = {};  ///< NAME=value, added to the caller's
  bool operator==(const Command&) const = default;
};

/// What a running daemon is asked for: through a program that comes with it, or over its own socket. In the values of a
/// request "{dir}" is filled in, and "{file:pki/alice.key}" alone stands for what that file of the node's folder holds.
using Order = std::variant<Command, ViciRequest>;

/// Files of a package that is unpacked rather than installed, laid over the host's in the node's view alone.
struct FileOverlay {
  std::string from;  ///< a folder of the packages, as "{packages}/strongswan/usr/lib"
  std::string onto;  ///< the host's folder that it is laid over
};

/// A file or folder of the run's seed folder that a node gets a copy of before its daemon starts.
struct SeedCopy {
  std::string from;  ///< relative to "{seed}"
  std::string to;    ///< relative to "{dir}"
};

/// What an engine makes once for a whole run and every node copies: slow or random things, such as empty key databases.
struct Seed {
  std::vector<std::string> folders;  ///< relative to "{seed}", made first
  std::vector<Command> commands;     ///< run in order
};

/// A daemon as a value: started directly, never through a wrapper; ready when it says so.
struct DaemonSpec {
  std::string name;  ///< "pluto"
  Command command;
  std::vector<LogPattern> patterns;  ///< the first that matches decides
  std::uint32_t ready_lines = 1;     ///< how many lines of kind ready until it is ready
};

/// One node's share of a profile.
struct NodeSetup {
  std::string node;
  std::vector<std::string> folders;   ///< below the node's folder, made first
  std::vector<FileOverlay> overlays;  ///< laid once, before anything of the node runs
  std::vector<SeedCopy> copies;
  std::vector<std::string> credentials;  ///< files of the case's PKI (pki/plan.h), copied into "{dir}/pki/"
  std::vector<RenderedFile> files;
  std::vector<Command> prepare;  ///< run in order before the daemon starts; each must succeed
  std::optional<DaemonSpec> daemon;
  std::vector<Order> after_ready;  ///< in order once the daemon is ready, before the node counts as started
  std::vector<Order> initiate;     ///< ask the daemon for the SAs
  std::vector<Order> rekey_ike;    ///< ask it to replace its IKE SAs by new ones
  std::vector<Order> rekey_child;
  std::vector<Command> inspect;  ///< show the daemon's state to a person who looks inside
  std::vector<ManualSa> sas;
  std::vector<ManualPolicy> policies;
};

/// A program that an engine needs on this machine.
struct NeededProgram {
  std::string path;
  std::string remedy;  ///< what brings it
};

/// How a program is asked which version it is. "{packages}" in its command is filled in, "{seed}/empty" an empty file.
struct VersionQuestion {
  std::string name;  ///< "libreswan"
  Command command;
};

/// Carries profiles out. Pure: renders values, starts nothing.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string name() const = 0;
  /// Nothing where the engine can carry this case's profile; else the reason, in its own terms.
  virtual std::optional<std::string> unsupported(const Case& subject) const = 0;
  /// The set-up of every node the profile names, in the order of the topology.
  virtual std::vector<NodeSetup> render(const Case& subject) const = 0;
  /// The same with the keys of another generation, where it can have several; see RollKeysStep.
  virtual std::vector<NodeSetup> render_generation(const Case&, std::uint32_t) const { return {}; }
  /// What it needs made once per run.
  virtual Seed seed() const { return {}; }
  /// What it needs at run time. "{packages}" in a path stands for the folder of packages that the set-up unpacks.
  virtual std::vector<NeededProgram> programs() const { return {}; }
  /// What is asked for the record of a run.
  virtual std::vector<VersionQuestion> versions() const { return {}; }
};

/// Every engine there is, by name. Adding one: a folder under engine/ and a line in engine/registry.cpp.
const std::vector<std::unique_ptr<Engine>>& engines();
/// Null where there is none of that name.
const Engine* find_engine(std::string_view name);
/// The engine's programs with `packages` filled in.
std::vector<NeededProgram> programs_of(const Engine& engine, const std::string& packages);

}  // namespace useipsec
