#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "proc/process.h"

namespace useipsec {

/// One node's namespaces. Nothing but these descriptors keeps them alive: close them and the node is gone.
class NodeNamespaces {
 public:
  NodeNamespaces() = default;
  NodeNamespaces(UniqueFd net, UniqueFd mount, UniqueFd uts)
      : net_(std::move(net)), mount_(std::move(mount)), uts_(std::move(uts)) {}

  /// Borrowed descriptors for starting programs; -1 for kinds the node shares with its maker.
  Namespaces handles() const {
    return {.user = -1, .net = net_.get(), .mount = mount_.get(), .uts = uts_.get(), .pid = -1};
  }

 private:
  UniqueFd net_, mount_, uts_;
};

/// Lays the files below `from` over those below `onto`, read-only, in the mount namespace of the calling thread. Throws
/// Error with the kernel's words.
void lay_over(const std::filesystem::path& from, const std::filesystem::path& onto);

/// The one thread that changes namespaces, so that the main thread never does (setns(2) acts on a thread). Makes nodes'
/// namespaces and runs functions inside them, one at a time, synchronously; exceptions are carried back. Sockets opened
/// inside stay in their namespace and are used from anywhere afterwards.
class NamespaceThread {
 public:
  NamespaceThread();
  ~NamespaceThread();
  NamespaceThread(const NamespaceThread&) = delete;
  NamespaceThread& operator=(const NamespaceThread&) = delete;

  /// A fresh network namespace. `with_mounts`: also a mount namespace with a /run and a /sys of the node's own, and a
  /// host name, for nodes that run daemons (about a millisecond more).
  NodeNamespaces make(const std::string& name, bool with_mounts);
  void run_in(const NodeNamespaces& node, const std::function<void()>& work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace useipsec
