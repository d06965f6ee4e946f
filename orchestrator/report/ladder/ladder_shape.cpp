#include "report/ladder/ladder_shape.h"

#include "wire/wire_form.h"

namespace useipsec {

namespace {

constexpr std::int64_t most_exact = std::int64_t{1} << 53;  // what JSON carries exactly

ShapePtr form_shape() {
  std::vector<std::string> words;
  for (int form = 0; form <= static_cast<int>(WireForm::other); ++form)
    words.push_back(to_string(static_cast<WireForm>(form)));
  return word(words);
}

}  // namespace

ShapePtr ladder_shape() {
  const auto texts = array_of(any_text());
  const auto time = number(-1e9, 1e9);
  const auto node_or_null = either({any_text(), null()});
  const auto hop =
      object("hop", {required("from", any_text(), "The node that they left."),
                     required("to", texts, "The nodes that receive what is sent so."), required("link", any_text(), ""),
                     required("source", any_text(), "Address and port there; empty: the frame carries none."),
                     required("destination", any_text(), "")});
  const auto row = object(
      "row",
      {required("kind", word({"step", "packets", "note"}),
                "A step of the timeline, packets alike that went the same way within a step, or a sentence."),
       required("first", time, "Seconds since the case began."), required("last", time, ""),
       required("label", any_text(), "What it is, in words."),
       optional("count", integer(1, most_exact), "Packets, each once however many links it crossed."),
       optional("form", form_shape(), "As an observer of the link sees them."),
       optional("detail", any_text(), "More about them."),
       optional("retransmission", boolean(), "An IKE message that was sent before."),
       optional("upkeep", boolean(), "What links do by themselves: ARP, neighbor discovery, group membership."),
       optional("path", array_of(hop), "The links they crossed, in order."),
       optional("flows", texts, "The flows they may belong to."), optional("outcome", any_text(), "Of those flows."),
       optional("reasons", texts, "Why a flow is blocked or exposed, where this row decides it."),
       optional("stopped_at", node_or_null, "The node that passed them on no further; null: none did.")});
  return object("ladder",
                {required("schema", word({"useipsec/ladder/1"}), ""), required("case", any_text(), "Its id."),
                 required("title", any_text(), ""), required("nodes", texts, "In path order."),
                 required("frames", integer(0, most_exact), "Captured, on all links together."),
                 required("packets", integer(0, most_exact), "Of them different packets."),
                 required("missing", texts, "What could not be read."), required("rows", array_of(row), "In order.")});
}

}  // namespace useipsec
