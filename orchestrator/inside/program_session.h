#pragma once

#include <functional>
#include <string>

#include "inside/letter_box.h"
#include "inside/visit_folder.h"
#include "proc/attached_process.h"
#include "proc/loop.h"

namespace useipsec {

/// One visitor's program, beside the lab: its streams become letters, and letters its streams.
class ProgramSession {
 public:
  ProgramSession(Loop& loop, const VisitFolder& visit, AttachedProcess process);
  ProgramSession(const ProgramSession&) = delete;
  ProgramSession& operator=(const ProgramSession&) = delete;

  /// Takes what the visitor sent and goes on where it made room.
  void look();
  /// The visitor is gone: the program is told, and what it still says is lost. One that ignores it goes on.
  void hang_up();
  /// The program has ended, and all was said.
  bool over() const { return over_; }
  /// A signal for the program.
  void signal(int number) { process_.signal(number); }

 private:
  /// Runs `work`; where a letter cannot be put there is nobody who reads, or no disk: the visitor counts as gone.
  void guarded(const std::function<void()>& work);
  void take_control();
  void take_input();
  void write_input();
  void watch_output();
  /// False at the stream's end; `read` says whether something came.
  bool pass_on(UniqueFd& stream, LetterKind kind, bool& read);
  void drain(UniqueFd& stream, LetterKind kind);
  void ended();

  Loop& loop_;
  AttachedProcess process_;
  LetterReader input_, control_;
  LetterWriter output_;
  std::string unwritten_;  ///< taken and not yet written to the program
  bool terminal_, alone_ = false, over_ = false;
  Watch watch_input_, watch_output_, watch_error_, watch_life_;
};

}  // namespace useipsec
