// A case that was run several times, in the page.
#include <gmock/gmock.h>

#include "report/attempts.h"
#include "report/html/case_html.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string html_of(const CaseResult& result, const CaseLinks& links = {}) {
  StoredCase stored;
  stored.result = &result;
  return case_html(stored, made_up_run({result}), CaseDetail::tables, links);
}

TEST(AttemptsHtml, LeadsToTheEvidenceOfEach) {
  const auto once = made_up_case("esp-nat@libreswan", State::passed);
  EXPECT_THAT(html_of(once), Not(HasSubstr("Attempts")));
  auto result =
      with_attempt(once, made_up_case(once.id, State::failed, "it <did> otherwise"), attempt_folder(once.id, 2));
  EXPECT_THAT(
      html_of(result, {.run = "run 1"}),
      AllOf(HasSubstr("Attempts <span class=\"soft\">passed 1, failed 1 of 2</span>"),
            HasSubstr("</span> flaky</span>"), HasSubstr("attempt 2: it &lt;did&gt; otherwise"),
            HasSubstr("href=\"run%201/esp-nat%40libreswan~2\""), HasSubstr("<details open>\n<summary>Attempts")));
  result.attempts[0].folder = "../../etc";
  EXPECT_THAT(html_of(result), Not(HasSubstr("etc\""))) << "a foreign folder leads nowhere";
}

}  // namespace
}  // namespace useipsec
