#include "judge/verdict.h"

namespace useipsec {

std::string to_string(State state) {
  switch (state) {
    case State::passed:
      return "passed";
    case State::failed:
      return "failed";
    case State::unsupported:
      return "unsupported";
    case State::precondition:
      return "precondition";
    case State::timeout:
      return "timeout";
    case State::crashed:
      return "crashed";
    case State::broken:
      return "broken";
    case State::not_run:
      return "not-run";
  }
  return "broken";
}

std::string to_string(ClaimState state) {
  switch (state) {
    case ClaimState::reproduced:
      return "reproduced";
    case ClaimState::contradicted:
      return "contradicted";
    case ClaimState::mixed:
      return "mixed";
    case ClaimState::not_run:
      return "not-run";
    case ClaimState::not_testable:
      return "not-testable";
  }
  return "not-run";
}

}  // namespace useipsec
