#pragma once

#include <string>

#include "input/shape.h"

namespace useipsec {

/// The shape of run.json, from which docs/schemas/run.json comes. What later versions added is optional, so that
/// earlier runs stay valid.
ShapePtr run_shape();

/// The states of a case and of a claim, an outcome of a flow and a form on the wire, as documents write them.
ShapePtr state_shape();
ShapePtr claim_state_shape();
ShapePtr outcome_shape();
ShapePtr form_shape();
ShapePtr or_null(ShapePtr shape);

inline constexpr const char* run_schema_id = "useipsec/run/1";

}  // namespace useipsec
