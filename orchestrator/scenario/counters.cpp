#include "scenario/counters.h"

namespace useipsec {

const std::vector<std::string>& drop_counters() {
  static const std::vector<std::string> names{"XfrmInError",
                                              "XfrmInBufferError",
                                              "XfrmInHdrError",
                                              "XfrmInNoStates",
                                              "XfrmInStateProtoError",
                                              "XfrmInStateModeError",
                                              "XfrmInStateSeqError",
                                              "XfrmInStateExpired",
                                              "XfrmInStateMismatch",
                                              "XfrmInStateInvalid",
                                              "XfrmInTmplMismatch",
                                              "XfrmInNoPols",
                                              "XfrmInPolBlock",
                                              "XfrmInPolError",
                                              "XfrmOutError",
                                              "XfrmOutBundleGenError",
                                              "XfrmOutBundleCheckError",
                                              "XfrmOutNoStates",
                                              "XfrmOutStateProtoError",
                                              "XfrmOutStateModeError",
                                              "XfrmOutStateSeqError",
                                              "XfrmOutStateExpired",
                                              "XfrmOutPolBlock",
                                              "XfrmOutPolDead",
                                              "XfrmOutPolError",
                                              "XfrmFwdHdrError",
                                              "XfrmOutStateInvalid",
                                              "XfrmAcquireError",
                                              "XfrmOutStateDirError",
                                              "XfrmInStateDirError",
                                              "TcpInCsumErrors",
                                              "UdpInCsumErrors",
                                              "Udp6InCsumErrors",
                                              "Icmp6InCsumErrors",
                                              "UdpNoPorts",
                                              "Raw6Drops",
                                              "SctpOutOfBlues",
                                              "IcmpInErrors",
                                              "TcpExtTCPMD5NotFound",
                                              "TcpExtTCPMD5Unexpected",
                                              "TcpExtTCPMD5Failure",
                                              "FilterDrops"};
  return names;
}

}  // namespace useipsec
