#include "cli/output_schemas.h"

#include "helpers/schema_oracle.h"

namespace useipsec {
namespace {

TEST(OutputSchemasTest, AreWhatDocsHold) { expect_docs_hold(output_schemas()); }

}  // namespace
}  // namespace useipsec
