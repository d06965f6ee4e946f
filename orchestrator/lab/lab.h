#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "capture/capture_session.h"
#include "engine/engine.h"
#include "forge/frames.h"
#include "lab/daemon.h"
#include "lab/pace.h"
#include "lab/recorder.h"
#include "lab/tampering_router.h"
#include "network/network.h"
#include "probe/probe_runner.h"
#include "routing/routing.h"
#include "scenario/scenario.h"

namespace useipsec {

/// One case, alive: its network, daemons, captures and probes. Everything it makes goes with it.
class Lab {
 public:
  /// Builds the network and begins to capture. `folder` takes the evidence; `seed` is the run's seed folder.
  Lab(Loop& loop, const Case& subject, std::filesystem::path folder, std::filesystem::path seed, Recorder& recorder);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  /// Keys, policies and daemons of these nodes (empty: all), until every daemon says that it is ready. What that took
  /// is what is known of the machine's pace: every window from here on, for answers as for their absence, is that much
  /// longer.
  void start(const std::vector<std::string>& nodes);
  /// Asks the node's daemon for its SAs; does not wait for them.
  void initiate(const std::string& node);
  /// Ends the node's daemons; see StopStep. It can be started again.
  void stop(const StopStep& step);
  /// What these nodes have of the profile from their next start on.
  void change_profile(const ChangeProfileStep& step);
  /// Asks the node's daemon to replace its SAs; does not wait for the new ones.
  void rekey(const RekeyStep& step);
  /// Sends the probes, side by side, between two snapshots of every node.
  void probe(const std::vector<std::string>& names);
  /// Sends captured packets again, and forged ones; how many left. Throws Error where nothing was captured that the
  /// selection means: a replay of nothing proves nothing.
  std::size_t replay(const ReplayStep& step);
  std::size_t inject(const InjectStep& step);
  /// From here on the router forwards in user space and edits what it forwards.
  void tamper(const TamperStep& step);
  /// Waits until the expectation holds, can no longer hold, or the time is up; says which in a word.
  std::string wait_for(const Expectation& expectation, std::chrono::milliseconds within);
  /// Lets time pass in which the lab itself does nothing.
  void idle(std::chrono::milliseconds time);
  /// Puts a policy in both directions, or takes every policy that matches out, at these nodes (empty: all).
  void add_policy(const AddPolicyStep& step);
  std::size_t remove_policy(const RemovePolicyStep& step);
  /// Adds, sends under or removes the group SAs of a generation at these nodes (empty: at all members).
  void roll_keys(const RollKeysStep& step);
  /// Every node's SAs, policies, counters, neighbors and adjacencies: one look, kept under each of the labels.
  void snapshot(const std::vector<std::string>& labels);
  void snapshot(const std::string& label) { snapshot(std::vector{label}); }
  Network& network() { return *network_; }
  const Case& subject() const { return case_; }

  /// Brings what was captured so far to its files and records them, so that a lab that lives on can be judged
  /// meanwhile.
  void settle();
  /// Leaves the lab to people: what is captured and said from here on goes to `captures/held/` and the daemons' logs,
  /// and to no verdict. After settle().
  void hand_over();
  /// Stops daemons and captures and brings the evidence home. Called once, at the end.
  void finish();
  /// Commands that show the state of a node's daemons, ready to be typed there.
  std::vector<std::string> inspections(const std::string& node) const;
  const Pace& pace() const { return pace_; }
  /// No step may go on past this moment.
  void set_deadline(Loop::Clock::time_point deadline) { deadline_ = deadline; }

 private:
  /// Sends jobs side by side between two snapshots, and keeps what they saw.
  void run_probes(std::vector<ProbeJob> jobs);
  SaRecord own_sa(const std::string& node, const Address& destination);
  Frame forged_reset(const InjectStep& step, const ForgedEnds& ends);
  std::size_t send_frames(const std::string& node, const std::string& link, const std::vector<Frame>& frames);
  /// SAs, policies and the daemons that make them.
  void start_node(const std::string& node);
  void start_router(const RoutingSetup& setup, std::chrono::seconds ready_within);
  void start_daemon(const std::string& node, const DaemonSpec& spec);
  /// Runs them one after the other; throws Error with what one said that did not succeed.
  void prepare(const std::string& node, const std::vector<Command>& commands);
  /// Until every daemon says that it is ready; throws Error that names those that did not within that time.
  void await_ready(std::chrono::seconds ready_within);
  /// Whether its keying puts files into the node's own folder, which are to stay when its router starts.
  bool has_files(const std::string& node) const;
  void clear_folder(const std::string& node);
  /// Makes the certificates of the case; the folder `pki/` of its evidence has them.
  void issue_certificates();
  void place_files(const NodeSetup& setup);
  ProcessSpec process(const Command& command) const;
  /// What the program said, with how it ended where that was no success; recorded.
  LogRecord run_command(const std::string& node, const Command& command);
  ViciSection filled(const std::string& node, ViciSection section) const;
  void carry_out(const std::string& node, const Order& order);
  std::string placed(std::string text) const;
  /// Waits for `condition`, looked at only after something was heard, of a daemon or of the SAs and policies of
  /// `sas_of`, and at least ten times a second.
  WaitResult wait_heard(const std::function<Tri()>& condition, std::chrono::milliseconds within,
                        const std::string& sas_of = {});
  /// A daemon says that its IKE SA is up some time after the kernel has the SAs: waits for that, half a second at most.
  void hear_of_ike(const std::string& node);
  Tri now(const Expectation& expectation);
  Tri sa_now(const SaExpectation& expectation);
  /// False as long as it was assigned an inner address that nothing it sends comes from yet: SAs, address and route
  /// come one after the other.
  bool sends_from_inside(const std::string& node);
  /// The node's SAs with this one peer.
  std::vector<SaRecord> sas_between(const std::string& node, const std::string& peer);
  /// The daemon whose refusal means that the SA will not come up; null where there is none.
  const Daemon* refuser(const SaExpectation& expectation) const;
  void forget_refusals(const std::string& node);
  NodeSnapshot look_at(const std::string& node);
  std::vector<AdjacencyRecord> adjacencies(const std::string& node);
  /// Whether a daemon runs there that the kernel asks for SAs.
  bool asks_for_sas(const std::string& node) const;
  std::vector<RouteRecord> routes(const std::string& node);
  bool ike_up(const std::string& node) const;
  void fail_if_crashed();

  Loop& loop_;
  const Case& case_;
  std::filesystem::path folder_, seed_;
  Recorder& recorder_;
  Loop::Clock::time_point deadline_;
  std::vector<NodeSetup> setups_;
  std::vector<RoutingSetup> routing_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<CaptureSession> captures_;
  std::unique_ptr<ProbeRunner> probes_;
  std::map<std::string, std::unique_ptr<TamperingRouter>> tampering_;  ///< by node
  std::vector<std::unique_ptr<Daemon>> daemons_;
  std::set<std::string> started_;
  std::set<std::string> overlaid_;  ///< nodes that have their packages' files
  std::set<std::string> keyed_;     ///< nodes whose manual SAs and policies the kernel has
  Pace pace_;
  bool handed_over_ = false;
};

}  // namespace useipsec
