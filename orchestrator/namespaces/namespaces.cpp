#include "namespaces/namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <future>
#include <thread>

#include "base/error.h"
#include "namespaces/work_queue.h"

namespace useipsec {

namespace {

void must(int status, const char* what) {
  const int code = errno;
  if (status < 0) throw system_error(code, what);
}

UniqueFd own_namespace(const char* kind) {
  UniqueFd fd(::open((std::string("/proc/thread-self/ns/") + kind).c_str(), O_RDONLY | O_CLOEXEC));
  must(fd.get(), kind);
  return fd;
}

/// A path as overlayfs reads it back: it parts folders at colons and options at commas.
std::string escaped(const std::filesystem::path& path) {
  std::string text;
  for (const char octet : path.string()) {
    if (octet == ':' || octet == ',' || octet == '\\') text += '\\';
    text += octet;
  }
  return text;
}

}  // namespace

void lay_over(const std::filesystem::path& from, const std::filesystem::path& onto) {
  const auto options = fmt::format("lowerdir={}:{}", escaped(from), escaped(onto));
  const int status = ::mount("overlay", onto.c_str(), "overlay", MS_RDONLY | MS_NODEV, options.c_str());
  const int code = errno;
  if (status < 0) throw system_error(code, fmt::format("laying {} over {}", from.string(), onto.string()));
}

struct NamespaceThread::Impl {
  WorkQueue queue;
  UniqueFd base_net, base_mount, base_uts;
  std::thread thread{[this] { queue.serve(); }};

  void enter(const Namespaces& node) const {
    must(::setns(node.net >= 0 ? node.net : base_net.get(), CLONE_NEWNET), "entering a network namespace");
    must(::setns(node.mount >= 0 ? node.mount : base_mount.get(), CLONE_NEWNS), "entering a mount namespace");
  }
};

NamespaceThread::NamespaceThread() : impl_(std::make_unique<Impl>()) {
  impl_->queue.run([this] {
    must(::unshare(CLONE_FS), "unshare");  // a thread that shares its root with others may not enter mount namespaces
    impl_->base_net = own_namespace("net");
    impl_->base_mount = own_namespace("mnt");
    impl_->base_uts = own_namespace("uts");
  });
}

NamespaceThread::~NamespaceThread() {
  impl_->queue.close();
  impl_->thread.join();
}

NodeNamespaces NamespaceThread::make(const std::string& name, bool with_mounts) {
  NodeNamespaces made;
  impl_->queue.run([&] {
    must(::unshare(CLONE_NEWNET), "making a network namespace");
    UniqueFd net = own_namespace("net");
    UniqueFd mount, uts;
    if (with_mounts) {
      must(::setns(impl_->base_mount.get(), CLONE_NEWNS), "entering a mount namespace");
      must(::unshare(CLONE_NEWNS | CLONE_NEWUTS), "making a mount namespace");
      must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "making mounts private");
      must(::mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"), "mounting /run");
      // sysfs shows the network namespace of whoever mounts it; without this, daemons would see the maker's links.
      must(::mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr), "mounting /sys");
      must(::sethostname(name.data(), name.size()), "sethostname");
      mount = own_namespace("mnt");
      uts = own_namespace("uts");
      must(::setns(impl_->base_uts.get(), CLONE_NEWUTS), "leaving a UTS namespace");
    }
    made = NodeNamespaces(std::move(net), std::move(mount), std::move(uts));
  });
  return made;
}

void NamespaceThread::run_in(const NodeNamespaces& node, const std::function<void()>& work) {
  impl_->queue.run([&] {
    impl_->enter(node.handles());
    work();
  });
}

}  // namespace useipsec
